import { randomBytes } from 'node:crypto';
import type { DBSnapshot } from '@aws-sdk/client-rds';
import { DrillEvidence } from '../../../shared/contracts/dr-drill/dr-drill.ts';
import { storeClientSecret } from '../../demo/client-secret.ts';
import { makeProvenCopy } from '../../demo/proven-copy.ts';
import type { RunFacts } from '../../fault-sweep/run-facts.ts';
import type { Scene } from '../../fault-sweep/scene.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import { devStage } from '../../stage-policy.ts';
import { differences, type Projection, projectionOf } from './projection.ts';

type Prepared = Pick<Scene, 'sandbox' | 'database' | 'sourceInstanceId'>;

/** Of the run that goes on: production before it. */
let now: { readonly scene: Prepared; readonly before: Projection } | undefined;

/** Whatever strikes it: it ends, says no more than it has seen, and production is as it was. */
export const workflow: SweptWorkflow = {
  inSecondRegion: true,
  async prepare(scene) {
    await makeApplication(scene);
    now = { scene, before: await projectionAt(scene) };
  },
  input: ({ database }) => ({ database, mode: 'rehearse', reason: 'a fault sweep' }),
  async violationsThere(facts) {
    if (now === undefined) return ['nothing was prepared'];
    const changed = differences(now.before, await projectionAt(now.scene));
    return [
      // What a drill could not remove is of its scope by name; everything else is production.
      ...changed.filter(
        (line) => !/^\+ \S+ \S*(gd-copy-drill-|gd-drill-|lease\/drill\/drill-)|^\+ record \S+ gd-drill-/.test(line),
      ),
      ...facts.executions.flatMap((execution) => {
        const evidence = evidenceOf(facts, execution.name);
        if (evidence !== undefined) return evidenceViolations(execution.status, evidence, facts);
        const mayLack = facts.wasCutOff || /could not be recorded/.test(execution.cause ?? '');
        const isNothingDue = execution.status === 'SUCCEEDED' && execution.output === null;
        return isNothingDue || (execution.status === 'FAILED' && mayLack)
          ? []
          : [`${execution.status} without evidence`];
      }),
    ];
  },
};

const projectionAt = ({ sandbox, sourceInstanceId, database }: Prepared) =>
  projectionOf({ sandbox, instance: sourceInstanceId, database });

function evidenceOf({ evidence }: RunFacts, run: string): DrillEvidence | undefined {
  for (const [key, text] of evidence)
    if (key.startsWith('dr-drill/') && key.endsWith(`/${run}/evidence.json`) && text !== '')
      return DrillEvidence.parse(JSON.parse(text));
  return undefined;
}

function evidenceViolations(status: string, evidence: DrillEvidence, { copies }: RunFacts): string[] {
  const { result, severity, confirmed, rtoSeconds, rpoSeconds, isCleanedUp, cleanUpFailure, failure, plan } = evidence;
  const isRehearsed = result === 'rehearsed';
  const scope = plan?.scope ?? 'none';
  return [
    ...(isRehearsed &&
    (confirmed?.isBeforeThere !== true || rtoSeconds === null || rpoSeconds === null || failure !== null)
      ? ['rehearsed without a client that has seen it']
      : []),
    ...(isRehearsed && severity === 'P4' && status !== 'SUCCEEDED' ? [`${status} although it was rehearsed`] : []),
    ...(status === 'SUCCEEDED' && !isRehearsed && result !== 'planned' ? [`SUCCEEDED and is '${result}'`] : []),
    ...(isCleanedUp && copies.some((name) => name.includes(scope))
      ? ['an instance is left that is said to be gone']
      : []),
    ...(!isCleanedUp && cleanUpFailure === null && result !== 'refused' && result !== 'planned'
      ? ['not cleaned up, and nobody says why']
      : []),
  ];
}

/** The tiny database has no application: its role, a table that it writes, and a backup of both in the second region. */
async function makeApplication({ sandbox, database, sourceInstanceId }: Prepared): Promise<void> {
  const region = devStage().dr?.region ?? '';
  const { DBSnapshots = [] } = (await sandbox.dispatch(
    'rds',
    'DescribeDBSnapshots',
    { SnapshotType: 'manual' },
    {
      ...{ region, caller: sandbox.credentials.operator.caller },
    },
  )) as { DBSnapshots?: DBSnapshot[] };
  if (DBSnapshots.some(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier === `gd-backup-${database}-proven-1`)) return;
  const password = randomBytes(18).toString('base64url');
  await asAdministrator(
    sandbox.rds.inspect.server(sandbox.region, sourceInstanceId),
    async (client) => {
      await client.query(`do $$ begin create role demo_app login; exception when duplicate_object then null; end $$`);
      await client.query(`alter role demo_app login password '${password}'; grant demo_app to postgres with admin option;
        create schema if not exists fantasy; grant usage on schema fantasy to demo_app;
        create table if not exists fantasy.users (id uuid primary key, handle text unique, email text, joined_at timestamptz, password_digest bytea);
        grant select, insert on fantasy.users to demo_app`);
    },
    database,
  );
  storeClientSecret(sandbox, database, { user: 'demo_app', password });
  await makeProvenCopy(sandbox, sourceInstanceId, database);
}
