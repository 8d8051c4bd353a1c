import { ProveSnapshotOutput } from '../../../shared/contracts/prove-snapshot.ts';
import { RungReport } from '../../../shared/contracts/verification.ts';
import { prepareScene } from '../../fault-sweep/scene.ts';
import type { Drill } from '../drill.ts';

/**
 * A backup is taken first; the drill proves it once more, with the witness that lies beside it. A moment is restored as the
 * event file says, and is not proven when it lies outside that witness's bracket.
 */
export const drill: Drill = {
  lasts: 'half a minute at 8 MB, a backup among it',
  costs: 'a copy of the instance for one to some hours',
  event: 'events/prove-snapshot/a-backup.json',
  megabytes: 8,
  async prepare({ sandbox, source, database }, input) {
    const { verified } = await prepareScene(sandbox, database, source.instance, 'before-proof');
    const { snapshotId, ...witness } = verified;
    const { kind } = (input as { backup?: { kind?: string } }).backup ?? {};
    return kind === 'snapshot' ? { backup: { kind, snapshotId }, ...witness } : witness;
  },
  async show({ output, read }) {
    const { rungsKeys, failure, cleanUpFailure } = ProveSnapshotOutput.parse(output);
    const reports = await Promise.all(rungsKeys.map(async (key) => RungReport.parse(JSON.parse(await read(key)))));
    const rungs = reports.flatMap((report) => report.rungs);
    const failures = [failure, cleanUpFailure].filter((one) => one !== null);
    return {
      lines: [
        ...rungs.map(({ name, status, summary }) => `  ${name.padEnd(11)} ${status.padEnd(7)}  ${summary}`),
        ...failures.map(({ error, state, cause }) => `${error} in ${state}: ${cause}`),
      ],
      isGood: failures.length === 0 && rungs.every(({ status }) => status !== 'failed'),
      files: new Map([['rungs.json', JSON.stringify(rungs, undefined, 2)]]),
    };
  },
};
