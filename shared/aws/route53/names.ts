import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { OperationError } from '../../errors.ts';
import { callAws } from '../call.ts';

/** The zone of the stage is not there, or there are two of them. */
export class ZoneNotFoundError extends OperationError {
  override readonly name = 'ZoneNotFoundError';
}

/** CNAME records of one zone. The caller has proven whose name it is. */
export type Names = {
  point(zone: string, name: string, target: string, ttlSeconds: number): Promise<void>;
  /** False: there is none. */
  remove(zone: string, name: string): Promise<boolean>;
  isThere(zone: string, name: string): Promise<boolean>;
};

/** The control plane of Route 53 is in us-east-1. A promotion needs nothing of it; a drill makes a name of its own. */
export function makeNames(client = new Route53Client({ region: 'us-east-1', maxAttempts: 5 })): Names {
  async function zoneId(zone: string): Promise<string> {
    const { HostedZones = [] } = await callAws(`find zone '${zone}'`, (options) =>
      client.send(new ListHostedZonesByNameCommand({ DNSName: zone }), options),
    );
    const named = HostedZones.filter(({ Name }) => Name === `${zone}.`);
    const own = named.filter(({ Config }) => Config?.PrivateZone === true);
    const [found, other] = own.length > 0 ? own : named;
    if (found?.Id === undefined || other !== undefined)
      throw new ZoneNotFoundError(`zone '${zone}' is there ${named.length} times, once is required`, {
        hints: ["Compare 'dns.zone' of the stage with Route 53. The stack of the second region makes the zone."],
      });
    return found.Id.replace(/^\/hostedzone\//, '');
  }

  async function find(id: string, name: string) {
    const { ResourceRecordSets = [] } = await callAws(`find record '${name}'`, (options) =>
      client.send(
        new ListResourceRecordSetsCommand({
          HostedZoneId: id,
          StartRecordName: name,
          StartRecordType: 'CNAME',
          MaxItems: 1,
        }),
        options,
      ),
    );
    return ResourceRecordSets.find(({ Name, Type }) => Name === `${name}.` && Type === 'CNAME');
  }

  return {
    async point(zone, name, target, ttlSeconds) {
      const record = { Name: name, Type: 'CNAME' as const, TTL: ttlSeconds, ResourceRecords: [{ Value: target }] };
      const command = new ChangeResourceRecordSetsCommand({
        HostedZoneId: await zoneId(zone),
        ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: record }] },
      });
      await callAws(`point '${name}' to '${target}'`, (options) => client.send(command, options));
    },

    async remove(zone, name) {
      const id = await zoneId(zone);
      const record = await find(id, name);
      if (record === undefined) return false;
      const command = new ChangeResourceRecordSetsCommand({
        HostedZoneId: id,
        ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: record }] },
      });
      await callAws(`remove record '${name}'`, (options) => client.send(command, options));
      return true;
    },

    isThere: async (zone, name) => (await find(await zoneId(zone), name)) !== undefined,
  };
}
