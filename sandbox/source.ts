import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { applyBootstrap } from '../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../shared/pg/bootstrap/bootstrap-sql.ts';
import { capabilityNames, capabilityRole } from '../shared/pg/bootstrap/capabilities-sql.ts';
import type { DatabasePolicy } from '../shared/policy/schema.ts';
import type { Sandbox } from './sandbox.ts';
import { devStage } from './stage-policy.ts';

/** A source instance in the sandbox, filled by `fill` and made ready for our role. */
export type Source = {
  readonly instance: string;
  /** As the master user, which is no superuser: what an application or a writer connects with. */
  readonly master: pg.ClientConfig;
  /** As our role: what the functions connect with. */
  readonly gameday: pg.ClientConfig;
};

export type SourceOptions = {
  readonly policy: DatabasePolicy;
  readonly instanceClass?: string;
  /** Parameters of the instance's own group, beside RDS's defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  fill(master: pg.ClientConfig): Promise<void>;
};

/** Settings that a team would make; the copy must come up with the same ones. */
const platformParameters = {
  work_mem: '65536', // kB
  random_page_cost: '1.1',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.02',
  log_min_duration_statement: '2000', // ms
};

const roleName = 'gameday';

/**
 * Creates the instance of a database of operations.yml, fills it, runs the bootstrap, stores the secret; and in the second
 * region what a proof there needs: parameter group and replica of the secret.
 */
export async function createSource(
  sandbox: Sandbox,
  { policy, instanceClass, parameters, fill }: SourceOptions,
): Promise<Source> {
  const { dispatch, region, credentials } = sandbox;
  const call = <T>(operation: string, input: object) =>
    dispatch('rds', operation, input, { region, caller: credentials.operator.caller }) as Promise<T>;
  const { DBEngineVersions } = await call<{ DBEngineVersions: { DBParameterGroupFamily: string }[] }>(
    'DescribeDBEngineVersions',
    {
      Engine: 'postgres',
    },
  );
  const group = `${policy.instance}-parameters`;
  const regions = sandbox.stacks.map((stack) => stack.region);
  // A copy is restored in its own region, with a group of the same name there.
  for (const one of regions) {
    const there = { region: one, caller: credentials.operator.caller };
    const created = {
      DBParameterGroupName: group,
      DBParameterGroupFamily: DBEngineVersions[0]?.DBParameterGroupFamily,
      Description: `parameters of ${policy.instance}`,
    };
    await dispatch('rds', 'CreateDBParameterGroup', created, there);
    const Parameters = Object.entries({ ...platformParameters, ...parameters }).map(
      ([ParameterName, ParameterValue]) => ({ ParameterName, ParameterValue, ApplyMethod: 'pending-reboot' }),
    );
    await dispatch('rds', 'ModifyDBParameterGroup', { DBParameterGroupName: group, Parameters }, there);
  }
  const masterPassword = randomBytes(18).toString('base64url');
  await call('CreateDBInstance', {
    DBInstanceIdentifier: policy.instance,
    Engine: 'postgres',
    DBInstanceClass: instanceClass ?? 'db.t3.large',
    AllocatedStorage: 20,
    MasterUsername: 'postgres',
    MasterUserPassword: masterPassword,
    DBName: policy.database,
    DBParameterGroupName: group,
    BackupRetentionPeriod: 7,
    StorageEncrypted: true,
    Tags: [{ Key: 'application', Value: 'fantasy-analytics' }],
  });
  await available(call, policy.instance);

  const connection = await endpointOf(sandbox, policy.instance, policy.database);
  const master = { ...connection, user: 'postgres', password: masterPassword };
  await fill(master);
  makeWitnessBucket(sandbox);
  const logins = await bootstrap(master, policy);
  for (const [arn, login] of logins) {
    for (const one of regions) {
      const store = sandbox.secrets.secrets.in(one);
      store.putValue(store.create(secretName(arn)), { text: JSON.stringify(login) });
    }
  }
  const { password = '' } = logins.get(policy.secretArn) ?? {};
  return { instance: policy.instance, master, gameday: { ...connection, user: roleName, password } };
}

export async function endpointOf(sandbox: Sandbox, instance: string, database: string): Promise<pg.ClientConfig> {
  return {
    host: '127.0.0.1',
    port: sandbox.rds.inspect.server(sandbox.region, instance).port,
    database,
    ssl: { ca: await readFile(sandbox.rds.inspect.certificateAuthorityPath, 'utf8') },
  };
}

/** The role that reads, and one for each capability that operations.yml names: by the ARN of its secret. */
async function bootstrap(master: pg.ClientConfig, policy: DatabasePolicy) {
  const client = new pg.Client({ application_name: 'pg-gameday bootstrap', ...master });
  await client.connect();
  try {
    const { capabilities, database } = policy;
    // A database that holds something else than the demo has its application, too.
    for (const role of capabilities.fence?.roles ?? []) {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
      if (rowCount === 0) await client.query(`create role ${pg.escapeIdentifier(role)}`);
    }
    await applyBootstrap(client, bootstrapSql({ role: roleName, database, capabilities }));
    const secrets = [
      { arn: policy.secretArn, username: roleName },
      ...capabilityNames.flatMap((name) => {
        const arn = capabilities[name]?.secretArn;
        return arn === undefined ? [] : [{ arn, username: capabilityRole(roleName, name) }];
      }),
    ];
    const logins = new Map<string, { username: string; password: string }>();
    for (const { arn, username } of secrets) {
      const password = randomBytes(18).toString('base64url');
      await client.query(`alter role ${pg.escapeIdentifier(username)} password ${pg.escapeLiteral(password)}`);
      logins.set(arn, { username, password });
    }
    return logins;
  } finally {
    await client.end();
  }
}

/** What a person makes once: the template is deployed in the two other regions. */
function makeWitnessBucket({ s3, credentials }: Sandbox): void {
  const { lease } = devStage();
  if (lease === undefined) return;
  const name = `pg-gameday-lease-dev-${credentials.account}-${lease.witnessRegion}`;
  if (s3.buckets.find(name) === undefined) s3.buckets.create(name, lease.witnessRegion);
}

const secretName = (arn: string) => arn.split(':secret:')[1] ?? arn;

async function available(call: <T>(operation: string, input: object) => Promise<T>, instance: string): Promise<void> {
  for (;;) {
    const { DBInstances } = await call<{ DBInstances: { DBInstanceStatus: string }[] }>('DescribeDBInstances', {
      DBInstanceIdentifier: instance,
    });
    const status = DBInstances[0]?.DBInstanceStatus ?? 'missing';
    if (status === 'available') return;
    if (!['creating', 'backing-up', 'configuring-enhanced-monitoring', 'modifying'].includes(status)) {
      throw new Error(`instance '${instance}' is '${status}', expected 'available'`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
