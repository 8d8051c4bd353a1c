import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';

export type PostedMessage = {
  readonly channel: 'slack' | 'pagerDuty';
  readonly body: Readonly<Record<string, unknown>>;
};

/** Slack and PagerDuty on this computer, with the secrets that the stage names; and whoever reads them. */
export type People = {
  readonly got: readonly PostedMessage[];
  readonly webhookSecret: string;
  /** The page to which a message to Slack leads; undefined of one that asks nothing. */
  linkIn(message: PostedMessage): string | undefined;
  /** Takes the secrets away again, too. */
  leave(): Promise<void>;
};

export async function openPeople(sandbox: Sandbox): Promise<People> {
  const got: PostedMessage[] = [];
  const server = http.createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as PostedMessage['body'];
    got.push({ channel: request.url === '/slack' ? 'slack' : 'pagerDuty', body });
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = sandbox.secrets.secrets.in(sandbox.region);
  const kept: ReturnType<typeof store.create>[] = [];
  const keep = (arn: string | undefined, value: object) => {
    if (arn === undefined) return;
    // Who stands there already is spoken to no more; what was there before stays there.
    const isThere = store.has(arn);
    const secret = isThere ? store.get(arn) : store.create(arn.split(':').slice(6).join(':'), { arn });
    if (!isThere) kept.push(secret);
    store.putValue(secret, { text: JSON.stringify(value) });
  };
  const webhookSecret = 'a-webhook-secret-of-the-sandbox';
  const { slack, pagerDuty } = devStage().receivers;
  keep(slack?.secretArn, { webhookUrl: `${url}/slack` });
  keep(pagerDuty?.secretArn, { routingKey: 'sandbox', eventsUrl: `${url}/enqueue`, webhookSecrets: [webhookSecret] });
  return {
    got,
    webhookSecret,
    linkIn: ({ body }) => /"url":"(http:\/\/127[^"]+)"/.exec(JSON.stringify(body))?.[1],
    async leave() {
      for (const secret of kept) store.remove(secret);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What CloudWatch puts on the bus when an alarm changes. */
export type AlarmChange = {
  readonly name: string;
  readonly value: 'ALARM' | 'OK';
  readonly at: Date;
  readonly severity: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly newest: number;
  readonly threshold: number;
};

export function changeAlarm(sandbox: Sandbox, change: AlarmChange): Promise<string> {
  const { name, value, at, severity, metric, dimensions, newest, threshold } = change;
  return sandbox.bus.emit(sandbox.region, {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [`arn:aws:cloudwatch:${sandbox.region}:${sandbox.template.account}:alarm:${name}`],
    time: at,
    detail: {
      alarmName: name,
      state: {
        value,
        reason: `Threshold Crossed: 1 datapoint [${newest}] was ${value === 'ALARM' ? '' : 'not '}over the threshold (${threshold}).`,
        reasonData: JSON.stringify({ version: '1.0', recentDatapoints: [newest], threshold }),
        timestamp: at.toISOString().replace('Z', '+0000'),
      },
      configuration: {
        description: `${dimensions['Database'] ?? 'it'}: ${metric} is over ${threshold}. Severity ${severity}. Runbook: docs/runbooks/collect-health.md#${metric.toLowerCase()}`,
        metrics: [
          {
            id: 'm1',
            metricStat: {
              metric: {
                namespace: 'pg-gameday',
                name: metric,
                dimensions: { service: 'collect-health', ...dimensions },
              },
              period: 60,
              stat: 'Maximum',
            },
            returnData: true,
          },
        ],
      },
    },
  });
}
