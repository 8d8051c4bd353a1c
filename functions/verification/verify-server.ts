import { copyTarget, rung, storeRungs, verificationDeps } from '../../shared/aws/verification/verification.ts';
import type { Finding } from '../../shared/contracts/verification.ts';
import { VerifyServerInput, VerifyServerOutput } from '../../shared/contracts/verification.ts';
import { pauseOf } from '../../shared/domain/backup/pause.ts';
import { sourceName } from '../../shared/domain/resource/restore-source.ts';
import { placeSnapshot } from '../../shared/domain/verification/bracket.ts';
import { compareCollations } from '../../shared/domain/verification/compare-collations.ts';
import {
  compareExtensions,
  compareIdentity,
  compareParameters,
  compareVersion,
} from '../../shared/domain/verification/compare-server.ts';
import { readWitnessHeader } from '../../shared/evidence/witness-file.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { readServerFacts } from '../../shared/pg/session/server-facts.ts';
import { indexesByCollation } from '../../shared/pg/witness/collations.ts';
import { readHeartbeat } from '../../shared/pg/witness/heartbeat.ts';

/**
 * The first rungs: the copy answers, is the source's, runs the same version with the same parameters and extensions,
 * and its instant lies inside the bracket. Reads only, so a second call is harmless.
 */
export const verifyServer = defineTask({
  input: VerifyServerInput,
  output: VerifyServerOutput,
  deps: verificationDeps,
  async run(input, deps) {
    const header = await readWitnessHeader(deps.store, input.witnessKey, input.witness);
    const { target } = await copyTarget(deps, input);
    const { facts, heartbeat, indexes } = await withConnection(
      target,
      { purpose: 'verifies the server', readOnly: true },
      async (client) => ({
        facts: await readServerFacts(client),
        heartbeat: await readHeartbeat(client),
        indexes: await indexesByCollation(client),
      }),
    );
    const { position, reason } = placeSnapshot(header, heartbeat, pauseOf(header, input.backup));
    const object = sourceName(input.backup);
    const misplaced: Finding[] =
      position === 'inside' ? [] : [{ object, status: 'failed', problem: `lies outside the bracket: ${reason}` }];
    const foreign: Finding[] = position === 'foreign' ? [{ object, status: 'failed', problem: reason }] : [];
    const report = {
      rungs: [
        rung('reachable', [], `${target.host}:${target.port} answers over TLS with a verified certificate`),
        rung(
          'identity',
          [...compareIdentity(header.server, facts), ...foreign],
          `system identifier ${facts.systemIdentifier}`,
        ),
        rung(
          'version',
          [
            ...compareVersion(header.server, facts),
            ...compareCollations(header.server.collations, facts.collations, indexes),
          ],
          `PostgreSQL ${facts.version}`,
        ),
        rung(
          'parameters',
          compareParameters(header.server, facts),
          `${Object.keys(header.server.parameters).length} parameters equal`,
        ),
        rung(
          'extensions',
          compareExtensions(header.server, facts),
          `${Object.keys(header.server.extensions).length} extensions equal`,
        ),
        rung('bracket', misplaced, reason),
      ],
      newestHeartbeatAt: heartbeat?.at ?? null,
    };
    return { ...(await storeRungs(deps.store, input.evidencePrefix, 'verify-server', report)), bracket: position };
  },
});
export const { handler } = verifyServer;
