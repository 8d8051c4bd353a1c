import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';

/** Where the name of a database leads, as Route 53 answers now; null: nowhere. */
export async function nameTarget({ dispatch, region, credentials }: Sandbox, database: string): Promise<string | null> {
  const { dns: ofStage, databases } = devStage();
  const call = <T>(operation: string, input: object) =>
    dispatch('route53', operation, input, { region, caller: credentials.operator.caller }) as Promise<T>;
  const { HostedZones = [] } = await call<{ HostedZones?: { Id: string; Name: string }[] }>(
    'ListHostedZonesByName',
    {},
  );
  const zone = HostedZones.find(({ Name }) => Name.replace(/\.$/, '') === ofStage?.zone);
  if (zone === undefined) return null;
  const { RecordData = [] } = await call<{ RecordData?: string[] }>('TestDNSAnswer', {
    ...{ HostedZoneId: zone.Id.replace('/hostedzone/', ''), RecordType: 'CNAME' },
    RecordName: `${databases[database]?.dns?.name}.${ofStage?.zone}`,
  });
  return RecordData[0]?.replace(/\.$/, '').toLowerCase() ?? null;
}
