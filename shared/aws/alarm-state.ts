import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { callAws } from './call.ts';

/** How an alarm of this region on metrics stands now; undefined where there is none of that name. */
export const alarmStateOf =
  (client = new CloudWatchClient({ maxAttempts: 5 })) =>
  async (name: string): Promise<string | undefined> => {
    const command = new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm'] });
    const { MetricAlarms = [] } = await callAws(`describe alarm '${name}'`, (options) => client.send(command, options));
    return MetricAlarms.find(({ AlarmName }) => AlarmName === name)?.StateValue;
  };
