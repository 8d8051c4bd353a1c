import { makeCandidates } from '../../shared/aws/rds/candidates.ts';
import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { candidateIdOf } from '../../shared/aws/rds/our-candidate.ts';
import { copyTarget, rung, storeRungs, verificationDeps } from '../../shared/aws/verification/verification.ts';
import { config } from '../../shared/config.ts';
import { VerifyCandidateInput, VerifyCandidateOutput } from '../../shared/contracts/restore/restore.ts';
import type { Finding } from '../../shared/contracts/verification.ts';
import { sourceName } from '../../shared/domain/resource/restore-source.ts';
import { type DatabaseSetting, settingDifferences } from '../../shared/domain/restore/parity.ts';
import { placeOfMoment } from '../../shared/domain/restore/place-of-moment.ts';
import {
  compareExtensions,
  compareIdentity,
  compareParameters,
  compareVersion,
} from '../../shared/domain/verification/compare-server.ts';
import { coerceError, DatabaseNotBootstrappedError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { readDatabaseSettings } from '../../shared/pg/session/database-settings.ts';
import { readServerFacts, type ServerFacts } from '../../shared/pg/session/server-facts.ts';
import { readHeartbeat } from '../../shared/pg/witness/heartbeat.ts';

type Seen = {
  readonly facts: ServerFacts;
  readonly settings: readonly DatabaseSetting[];
  readonly heartbeatAt: string | null;
};

/**
 * The rungs that need no witness: the restored instance answers to the database's own secret, is the source's, runs as the source runs
 * today, and holds nothing from after the moment that was asked for. Reads only, so a second call is harmless.
 */
export const verifyCandidate = defineTask({
  input: VerifyCandidateInput,
  output: VerifyCandidateOutput,
  deps: () => ({
    ...verificationDeps(),
    stage: config().stage,
    candidates: makeCandidates(),
    seenAt: (target: ConnectionTarget): Promise<Seen> =>
      withConnection(target, { purpose: 'verifies what was restored', readOnly: true }, async (client) => ({
        facts: await readServerFacts(client),
        settings: await readDatabaseSettings(client),
        heartbeatAt: await readHeartbeat(client).then(
          (heartbeat) => heartbeat?.at ?? null,
          (thrown: unknown) => {
            if (thrown instanceof DatabaseNotBootstrappedError) return null;
            throw thrown;
          },
        ),
      })),
    find: copyTarget,
  }),
  async run({ backup, evidencePrefix, ...of }, deps) {
    const instanceId = candidateIdOf(of, deps);
    const { target, database } = await deps.find(deps, { database: of.database, instanceId });
    const seen = await deps.seenAt(target);
    const source = await sourceFacts(() => connectionTarget(deps, database, database.instance).then(deps.seenAt));
    const place = placeOfMoment(backup, seen.heartbeatAt);
    const object = sourceName(backup);
    const misplaced: Finding[] =
      place.problem === undefined ? [] : [{ object, status: 'failed', problem: place.problem }];
    // A role of the source today may be asked why it is not as the moment was; neither is the backup's fault.
    const asNotes = (findings: readonly Finding[]): Finding[] =>
      findings.map((finding) => ({ ...finding, status: 'note' }));
    const unasked: Finding[] =
      source === undefined
        ? [{ object: 'source', status: 'note', problem: 'does not answer, and nothing was compared with it' }]
        : [];
    const report = {
      rungs: [
        rung('reachable', [], `${target.host}:${target.port} answers over TLS with a verified certificate`),
        rung(
          'identity',
          source === undefined ? unasked : compareIdentity(source.facts, seen.facts),
          `system identifier ${seen.facts.systemIdentifier}`,
        ),
        rung(
          'version',
          source === undefined ? unasked : compareVersion(source.facts, seen.facts),
          `PostgreSQL ${seen.facts.version}`,
        ),
        rung(
          'parameters',
          source === undefined ? unasked : compareParameters(source.facts, seen.facts),
          `${Object.keys(seen.facts.parameters).length} parameters read`,
        ),
        rung(
          'extensions',
          source === undefined ? unasked : asNotes(compareExtensions(source.facts, seen.facts)),
          `${Object.keys(seen.facts.extensions).length} extensions`,
        ),
        rung('bracket', misplaced, place.reason),
      ],
      newestHeartbeatAt: seen.heartbeatAt,
    };
    return {
      ...(await storeRungs(deps.store, evidencePrefix, 'verify-candidate', report)),
      endpoint: `${target.host}:${target.port}`,
      newestHeartbeatAt: seen.heartbeatAt,
      differences: source === undefined ? [] : settingDifferences(source.settings, seen.settings),
    };
  },
});
export const { handler } = verifyCandidate;

/** A source that was lost is what a restore is for. */
async function sourceFacts(ask: () => Promise<Seen>): Promise<Seen | undefined> {
  try {
    return await ask();
  } catch (thrown) {
    const { name: error, message } = coerceError(thrown);
    logger.warn('the source does not answer', { error, message });
    return undefined;
  }
}
