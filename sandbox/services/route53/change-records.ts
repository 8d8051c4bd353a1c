import type {
  Change,
  ChangeResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandInput,
  ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { AwsError } from '../../wire/aws-error.ts';
import { refuseMembers } from '../refuse-members.ts';
import { canonical, type RecordSet, type Zones } from './zones.ts';

export function listZones(zones: Zones, name: string | undefined) {
  const from = canonical(name ?? '');
  const found = [...zones.zones]
    .map(([id, zone]) => ({ id, name: canonical(zone.name) }))
    .filter((zone) => zone.name >= from)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return {
    HostedZones: found.map(({ id, name: own }) => ({
      Id: `/hostedzone/${id}`,
      Name: `${own}.`,
      CallerReference: id,
      Config: { PrivateZone: true },
    })),
    IsTruncated: false,
    MaxItems: 100,
    ...(name === undefined ? {} : { DNSName: name }),
  };
}

/** From a name on, as AWS lists them; here by their letters, and not by the labels from the right. */
export function listRecords(zones: Zones, input: ListResourceRecordSetsCommandInput) {
  refuseMembers(input, ['HostedZoneId', 'StartRecordName', 'StartRecordType', 'MaxItems']);
  const { records } = zoneOf(zones, input.HostedZoneId);
  const from = canonical(input.StartRecordName ?? '');
  const most = input.MaxItems ?? 300;
  const all = records.filter(({ name }) => name >= from).sort((one, other) => (one.name < other.name ? -1 : 1));
  return {
    ResourceRecordSets: all.slice(0, most).map(viewOf),
    IsTruncated: all.length > most,
    MaxItems: most,
  };
}

/** All changes of a batch, or none. */
export function changeRecords(zones: Zones, input: ChangeResourceRecordSetsCommandInput, now: Date) {
  refuseMembers(input, ['HostedZoneId', 'ChangeBatch']);
  const id = input.HostedZoneId ?? '';
  const zone = zoneOf(zones, id);
  const changes = (input.ChangeBatch?.Changes ?? []).map((change) => checked(zones, id, zone.name, change));
  for (const { before, after } of changes) {
    if (before !== undefined) zones.removeRecord(id, before);
    if (after !== undefined) zones.addRecord(id, after);
  }
  return { ChangeInfo: { Id: `/change/C${now.getTime()}`, Status: 'INSYNC' as const, SubmittedAt: now } };
}

function checked(zones: Zones, id: string, zone: string, { Action, ResourceRecordSet: record = undefined }: Change) {
  const { Name: name = '', Type: type = '', TTL: ttl, ResourceRecords: values = [], ...others } = record ?? {};
  if (type !== 'CNAME' || Object.values(others).some((value) => value !== undefined))
    throw new AwsError('NotImplemented', 'the sandbox emulates changes of simple CNAME records');
  if (!canonical(name).endsWith(`.${canonical(zone)}`))
    throw invalid(`RRSet with DNS name ${name} is not permitted in zone ${zone}.`);
  if (ttl === undefined || values.length !== 1) throw invalid(`Record set ${name} needs a TTL and one value.`);
  const before = zones.findRecord(id, name, type);
  const wanted: RecordSet = {
    ...{ name: canonical(name), type, ttlSeconds: ttl, values: values.map(({ Value }) => Value ?? '') },
    ...{ failover: undefined, healthCheckId: undefined },
  };
  if (before?.failover !== undefined) throw invalid(`${name} has records by failover.`);
  if (Action === 'CREATE' && before !== undefined) throw invalid(`Tried to create ${name}, but it already exists.`);
  if (Action !== 'DELETE') return { before, after: wanted };
  const isSame = before?.ttlSeconds === wanted.ttlSeconds && before.values[0] === wanted.values[0];
  if (!isSame) throw invalid(`Tried to delete ${name}, but it was not found or the values do not match.`);
  return { before, after: undefined };
}

function zoneOf(zones: Zones, id = '') {
  const zone = zones.zones.get(id);
  if (zone === undefined) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`);
  return zone;
}

const invalid = (message: string) => new AwsError('InvalidChangeBatch', message);

const viewOf = ({ name, type, ttlSeconds, values, failover, healthCheckId }: RecordSet): ResourceRecordSet => ({
  Name: `${name}.`,
  Type: type as 'CNAME',
  TTL: ttlSeconds,
  ResourceRecords: values.map((Value) => ({ Value })),
  ...(failover === undefined ? {} : { Failover: failover, SetIdentifier: failover.toLowerCase() }),
  ...(healthCheckId === undefined ? {} : { HealthCheckId: healthCheckId }),
});
