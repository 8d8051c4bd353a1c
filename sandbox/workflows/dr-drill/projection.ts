import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DBInstance, DBSnapshot } from '@aws-sdk/client-rds';
import type { HostedZone, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { asAdministrator } from '../../postgres/administration.ts';
import type { Sandbox } from '../../sandbox.ts';
import { devStage } from '../../stage-policy.ts';

/** What is there of production, one line a resource. */
export type Projection = readonly string[];

type At = { readonly sandbox: Sandbox; readonly instance: string; readonly database: string };

/**
 * Production as far as a drill could change it: in both regions each instance and each snapshot with all that RDS says of it, but for the
 * newest restorable moment, which moves by itself; each record of each zone; the registers of the leases; the versions of the secrets; of
 * the source who may log in, what its lease is, and every row. What a scope has made would be one line more.
 */
export async function projectionOf({ sandbox, instance, database }: At): Promise<Projection> {
  const { caller } = sandbox.credentials.operator;
  const call = <T>(service: string, operation: string, input: object, region: string) =>
    sandbox.dispatch(service, operation, input, { region, caller }) as Promise<T>;
  const lines: string[] = [];
  const add = (what: string, facts: unknown) => lines.push(`${what} ${JSON.stringify(facts)}`);
  const stage = devStage();
  for (const { region } of sandbox.stacks) {
    const { DBInstances = [] } = await call<{ DBInstances?: DBInstance[] }>('rds', 'DescribeDBInstances', {}, region);
    for (const { LatestRestorableTime: _, ...one } of DBInstances)
      add(`instance ${region}/${one.DBInstanceIdentifier}`, one);
    const { DBSnapshots = [] } = await call<{ DBSnapshots?: DBSnapshot[] }>(
      'rds',
      'DescribeDBSnapshots',
      { SnapshotType: 'manual' },
      region,
    );
    for (const one of DBSnapshots) add(`snapshot ${region}/${one.DBSnapshotIdentifier}`, one);
    for (const [name, { secretArn, dns, capabilities }] of Object.entries(stage.databases))
      for (const arn of [secretArn, dns?.clientSecretArn, capabilities.fence?.secretArn]) {
        const SecretId = arn?.replace(/:secretsmanager:[^:]+:/, `:secretsmanager:${region}:`);
        if (SecretId === undefined) continue;
        const found = await call<{ VersionId?: string }>(
          'secretsmanager',
          'GetSecretValue',
          { SecretId },
          region,
        ).catch(() => undefined);
        add(`secret ${name} ${SecretId}`, found?.VersionId ?? 'none');
      }
  }
  const { HostedZones = [] } = await call<{ HostedZones?: HostedZone[] }>(
    'route53',
    'ListHostedZonesByName',
    {},
    'us-east-1',
  );
  for (const { Id = '', Name } of HostedZones) {
    const { ResourceRecordSets = [] } = await call<{ ResourceRecordSets?: ResourceRecordSet[] }>(
      'route53',
      'ListResourceRecordSets',
      { HostedZoneId: Id.replace('/hostedzone/', '') },
      'us-east-1',
    );
    for (const record of ResourceRecordSets) add(`record ${Name} ${record.Name}`, record);
  }
  for (const region of [stage.region, stage.dr?.region, stage.lease?.witnessRegion]) {
    if (region === undefined) continue;
    const Bucket = `pg-gameday-lease-dev-${sandbox.credentials.account}-${region}`;
    const { Contents = [] } = await call<{ Contents?: { Key?: string }[] }>('s3', 'ListObjectsV2', { Bucket }, region);
    for (const { Key = '' } of Contents) {
      const { Body } = await call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key }, region);
      add(`register ${region}/${Key}`, Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body));
    }
  }
  await asAdministrator(
    sandbox.rds.inspect.server(sandbox.region, instance),
    async (client) => {
      const rows = async (sql: string) => (await client.query(sql)).rows as object[];
      add(
        'roles',
        await rows('select rolname, rolcanlogin, rolconnlimit, rolpassword from pg_authid order by rolname'),
      );
      // Its dead-man, which is production's own, says every few seconds that it lives.
      add('lease', await rows('select epoch, valid_until, fenced_epoch, mode, by_person from gameday.lease'));
      const tables = await rows(`select format('%I.%I', n.nspname, c.relname) as name from pg_class c
        join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
          and (n.nspname, c.relname) <> ('gameday', 'lease') order by 1`);
      for (const { name } of tables as { name: string }[])
        add(
          `rows of ${name}`,
          await rows(`select count(*), sum(hashtextextended(t::text, 0)::numeric) from ${name} t`),
        );
    },
    database,
  );
  return lines;
}

/** What nothing that a drill changes may name: said here once more, and not asked of what is being tried. */
export function productionNames(): string[] {
  const { databases, dns: zone } = devStage();
  return Object.entries(databases).flatMap(([name, { instance, secretArn, dns, capabilities }]) => {
    const secrets = [secretArn, dns?.clientSecretArn, capabilities.fence?.secretArn].filter((arn) => arn !== undefined);
    const hosts = dns === undefined ? [] : [dns.primary, dns.second];
    return [
      ...[instance, `lease/${name}.json`, ...hosts, ...hosts.map((host) => host.split('.')[0] ?? '')],
      ...(dns === undefined || zone === undefined ? [] : [`${dns.name}.${zone.zone}`]),
      ...secrets.flatMap((arn) => [arn, arn.split(':').at(-1) ?? '']),
    ];
  });
}

/** Lines of one that the other does not have. */
export function differences(before: Projection, after: Projection): string[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !is.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
  ];
}
