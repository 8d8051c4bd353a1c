import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { FindStrandedInput, FindStrandedOutput } from '../../shared/contracts/dr-failback/dr-failback.ts';
import { strandedScanDeadline } from '../../shared/deadlines.ts';
import { acceptanceRefusals } from '../../shared/domain/dr/stranded.ts';
import { coerceError } from '../../shared/errors.ts';
import { strandedKey } from '../../shared/evidence/keys.ts';
import { strandedReport } from '../../shared/evidence/stranded-report.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { type ConnectionTarget, type Session, withConnection } from '../../shared/pg/session/connect.ts';
import { findStranded as find, type Stranded } from '../../shared/pg/stranded/find-stranded.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';
import { strandedPage } from '../../shared/report/dr/stranded-page.ts';

/**
 * What the old primary has committed alone, as evidence that a person can accept by its SHA-256, with a page; and whether it is accepted.
 * An old primary that cannot be read is said to be unknown, and never to hold nothing. Reads only, and writes each report once, so a
 * second call is harmless.
 */
export const findStranded = defineTask({
  input: FindStrandedInput,
  output: FindStrandedOutput,
  deps: () => ({
    rdsIn: rdsIn as (region: string) => Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    connected: <T>(target: ConnectionTarget, work: (client: Session) => Promise<T>) =>
      withConnection(
        target,
        {
          purpose: 'looks for stranded rows',
          readOnly: true,
          tablesOnly: true,
          statementTimeout: strandedScanDeadline,
        },
        work,
      ),
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'putNew'>,
    policy: operations(),
    config: config(),
    now: () => new Date(),
  }),
  async run(
    { executionName, database, primary, partedAt, old, accept, acceptUnknown },
    { rdsIn: rdsOf, secrets, connected, store, policy, config: { stage, region }, now },
  ) {
    const own = databasePolicy(policy, stage, database);
    // What is missing of the primary of today is a failure, and what is missing of the old one is an answer.
    const current = await connectionTarget({ rds: rdsOf(primary.region), secrets }, own, primary.instanceId);
    const found = await connected(current, async (today): Promise<Stranded> => {
      if (old === null) return unknown('the old primary', 'it is gone');
      if (partedAt === null)
        return unknown('every table', 'nobody has written down which transactions both have; was it promoted by hand?');
      try {
        const target = await connectionTarget({ rds: rdsOf(region), secrets }, own, old.instanceId);
        return await connected(target, (before) => find(before, today, partedAt));
      } catch (thrown) {
        return unknown('the old primary', coerceError(thrown).message);
      }
    });
    const report = strandedReport(
      {
        database,
        old: old === null ? null : { region, instanceId: old.instanceId, resourceId: old.resourceId },
        ...{ current: primary, partedAt, ...found },
      },
      now(),
    );
    const [key, pageKey] = [strandedKey(database, executionName, 'json'), strandedKey(database, executionName, 'html')];
    await store.putNew(key, JSON.stringify(report, undefined, 2), 'application/json');
    await store.putNew(pageKey, strandedPage(report, stage, policy.platform.timeZone), 'text/html; charset=utf-8');
    const refusals = acceptanceRefusals(report, { accept, acceptUnknown });
    const { rows, notRead, transactions, sha256 } = report;
    logger.info('stranded rows looked for', { key, sha256, rows, notRead: notRead.length, refused: refusals.length });
    return {
      stranded: {
        ...{ sha256, rows, transactions, key, pageKey, isAccepted: refusals.length === 0 },
        tables: report.tables
          .slice(0, mostNamed)
          .map(({ table, onlyThere, differs }) => `${table}: ${onlyThere + differs}`),
        notRead: notRead.slice(0, mostNamed).map(({ what, why }) => `${what}: ${why}`.slice(0, 300)),
        heartbeats: report.heartbeats.length,
      },
      refusals,
    };
  },
});
export const { handler } = findStranded;

/** As many as a state carries. */
const mostNamed = 20;

const unknown = (what: string, why: string): Stranded => ({
  ...{ rows: 0, tables: [], heartbeats: [], transactions: null },
  notRead: [{ what, why }],
});
