import { type Input, list, text } from '../../iam/required/permission.ts';
import type { Template } from '../../template/template.ts';
import { readAlarmData } from '../cloudwatch/alarms/alarm-data.ts';
import type { Alarms } from '../cloudwatch/alarms/alarms.ts';
import { assess } from '../cloudwatch/alarms/assess-datapoints.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import { defineService } from '../definition.ts';
import { notes } from './notes.ts';
import { serveNames } from './resolver.ts';
import { makeRoute53 } from './route53.ts';
import { canonical, type HealthCheck, type Look, makeZones, type Zones } from './zones.ts';

type Others = { readonly cloudwatch: { readonly alarms: Alarms; readonly metrics: MetricStore } };

const mostSpeedOfData = 60;

export const route53Service = defineService({
  name: 'names',
  id: 'route53',
  notes,
  permissions: {
    TestDNSAnswer: () => [{ action: 'route53:TestDNSAnswer', resource: '*' }],
    ListHostedZonesByName: () => [{ action: 'route53:ListHostedZonesByName', resource: '*' }],
    ListResourceRecordSets: (input) => [{ action: 'route53:ListResourceRecordSets', resource: zoneArn(input) }],
    ChangeResourceRecordSets: (input) => [
      { action: 'route53:ChangeResourceRecordSets', resource: zoneArn(input), context: changeContext(input) },
    ],
  },
  resources: {
    'AWS::Route53::HostedZone': {},
    'AWS::Route53::HealthCheck': {},
    'AWS::Route53::RecordSet': {},
  },
  async make({ clock }, { cloudwatch: { alarms, metrics } }: Others) {
    const time = { now: () => clock.now().getTime(), speed: clock.speed };
    // Data are looked at by seconds at least: at a higher speed a period has passed before anybody has published.
    const shortened = Math.min(clock.speed, mostSpeedOfData);
    const look: Look = ({ region, name }, at, before) => {
      const alarm = alarms.find(region, name);
      if (alarm?.definition.kind !== 'metric') return undefined;
      const { slots } = readAlarmData(metrics, region, alarm.definition, new Date(at), shortened);
      return assess(slots, alarm.definition.rule, before).value;
    };
    const zones = makeZones({ look, ...time });
    return { service: makeRoute53(zones, time.now), zones, resolver: await serveNames(zones, time) };
  },
  deploy: (stack, { zones }) => deploy(stack, zones),
  stop: ({ resolver }) => resolver.close(),
});

const zoneArn = (input: Input): string => `arn:aws:route53:::hostedzone/${text(input, 'HostedZoneId') ?? '*'}`;

/** Names are in lower case, without the last dot. */
function changeContext(input: Input): Record<string, readonly string[]> {
  const changes = list((input['ChangeBatch'] ?? {}) as Input, 'Changes');
  const records = changes.map((change) => (change['ResourceRecordSet'] ?? {}) as Input);
  return {
    'route53:ChangeResourceRecordSetsNormalizedRecordNames': records.map((record) =>
      canonical(text(record, 'Name') ?? ''),
    ),
    'route53:ChangeResourceRecordSetsRecordTypes': records.map((record) => text(record, 'Type') ?? ''),
    'route53:ChangeResourceRecordSetsActions': changes.map((change) => text(change, 'Action') ?? ''),
  };
}

function deploy({ resources }: Template, zones: Zones): void {
  const of = (type: string) => resources.filter((one) => one.type === `AWS::Route53::${type}`);
  for (const { name, properties } of of('HostedZone'))
    zones.zones.set(name, { name: String(properties['Name']), records: [] });
  for (const { name, properties } of of('HealthCheck')) {
    const config = properties['HealthCheckConfig'] as {
      readonly Type?: string;
      readonly AlarmIdentifier?: { readonly Name: string; readonly Region: string };
      readonly Inverted?: boolean;
      readonly InsufficientDataHealthStatus?: HealthCheck['whenUnknown'];
    };
    if (config.Type !== 'CLOUDWATCH_METRIC' || config.AlarmIdentifier === undefined)
      throw new Error(`health check '${name}' is of type '${config.Type}', CLOUDWATCH_METRIC is emulated`);
    zones.checks.set(name, {
      alarm: { name: config.AlarmIdentifier.Name, region: config.AlarmIdentifier.Region },
      isInverted: config.Inverted ?? false,
      whenUnknown: config.InsufficientDataHealthStatus ?? 'LastKnownStatus',
    });
  }
  for (const { properties } of of('RecordSet'))
    zones.addRecord(String(properties['HostedZoneId']), {
      name: String(properties['Name']),
      type: String(properties['Type']),
      ttlSeconds: Number(properties['TTL']),
      values: properties['ResourceRecords'] as string[],
      failover: properties['Failover'] as 'PRIMARY' | 'SECONDARY' | undefined,
      healthCheckId: properties['HealthCheckId'] as string | undefined,
    });
}
