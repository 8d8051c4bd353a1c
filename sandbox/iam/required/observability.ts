import { type PermissionsOf, type PermissionsTable, text } from './permission.ts';

const metrics =
  (action: string): PermissionsOf =>
  (input) => {
    const namespace = text(input, 'Namespace');
    return [
      {
        action: `cloudwatch:${action}`,
        resource: '*',
        ...(namespace === undefined ? {} : { context: { 'cloudwatch:namespace': [namespace] } }),
      },
    ];
  };

/** One need for each alarm that a call names, or for all of them. */
const alarms =
  (action: string): PermissionsOf =>
  (input, { region, account }) => {
    const given = input['AlarmNames'];
    const names = Array.isArray(given) && given.length > 0 ? given.map(String) : [text(input, 'AlarmName') ?? '*'];
    return names.map((name) => ({
      action: `cloudwatch:${action}`,
      resource: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
    }));
  };

/** After the service authorization reference of Amazon CloudWatch. */
export const cloudwatchPermissions: PermissionsTable = {
  DeleteAlarms: alarms('DeleteAlarms'),
  DescribeAlarmHistory: alarms('DescribeAlarmHistory'),
  DescribeAlarms: alarms('DescribeAlarms'),
  // It has no resource to name.
  DescribeAlarmsForMetric: () => [{ action: 'cloudwatch:DescribeAlarmsForMetric', resource: '*' }],
  DisableAlarmActions: alarms('DisableAlarmActions'),
  EnableAlarmActions: alarms('EnableAlarmActions'),
  GetMetricData: metrics('GetMetricData'),
  GetMetricStatistics: metrics('GetMetricStatistics'),
  ListMetrics: metrics('ListMetrics'),
  PutCompositeAlarm: alarms('PutCompositeAlarm'),
  PutMetricAlarm: alarms('PutMetricAlarm'),
  PutMetricData: metrics('PutMetricData'),
  SetAlarmState: alarms('SetAlarmState'),
};

const group =
  (action: string): PermissionsOf =>
  (input, { region, account }) => {
    const name = text(input, 'logGroupName');
    const given = text(input, 'logGroupIdentifier');
    const resource =
      given?.startsWith('arn:') === true
        ? given
        : `arn:aws:logs:${region}:${account}:log-group:${name ?? given ?? '*'}`;
    return [{ action: `logs:${action}`, resource: resource.endsWith(':*') ? resource : `${resource}:*` }];
  };

const stream =
  (action: string): PermissionsOf =>
  (input, { region, account }) => {
    const [groupName, streamName] = [text(input, 'logGroupName') ?? '*', text(input, 'logStreamName') ?? '*'];
    const resource = `arn:aws:logs:${region}:${account}:log-group:${groupName}:log-stream:${streamName}`;
    return [{ action: `logs:${action}`, resource }];
  };

/** After the service authorization reference of Amazon CloudWatch Logs. */
export const logsPermissions: PermissionsTable = {
  CreateLogGroup: group('CreateLogGroup'),
  CreateLogStream: stream('CreateLogStream'),
  DeleteLogGroup: group('DeleteLogGroup'),
  DescribeLogGroups: group('DescribeLogGroups'),
  DescribeLogStreams: group('DescribeLogStreams'),
  DescribeSubscriptionFilters: group('DescribeSubscriptionFilters'),
  FilterLogEvents: group('FilterLogEvents'),
  GetLogEvents: stream('GetLogEvents'),
  PutLogEvents: stream('PutLogEvents'),
  PutRetentionPolicy: group('PutRetentionPolicy'),
};

const deliveryStream =
  (action: string): PermissionsOf =>
  (input, { region, account }) => {
    const name = text(input, 'DeliveryStreamName') ?? '*';
    return [{ action: `firehose:${action}`, resource: `arn:aws:firehose:${region}:${account}:deliverystream/${name}` }];
  };

/** After the service authorization reference of Amazon Data Firehose. */
export const firehosePermissions: PermissionsTable = {
  DescribeDeliveryStream: deliveryStream('DescribeDeliveryStream'),
  PutRecord: deliveryStream('PutRecord'),
};
