import { FailoverRecord, RecordFailoverOutput } from '../../../shared/contracts/failover-drill/failover-drill.ts';
import { readyToFailOver } from '../../demo/ready-to-fail-over.ts';
import { makeReplica } from '../../demo/replica.ts';
import { runSchedule } from '../../permissions/run-schedule.ts';
import { type Drill, pageAt } from '../drill.ts';

/** The instance is made Multi-AZ and tagged, a replica reads a slot of it, and the writers of the demo go on meanwhile. */
export const drill: Drill = {
  lasts: 'half a minute',
  costs: 'nothing, where the instance is Multi-AZ already',
  event: 'events/failover-drill/rehearse.json',
  megabytes: 8,
  writes: true,
  async prepare(scene) {
    const { sandbox, source, database } = scene;
    await readyToFailOver(scene);
    await makeReplica({ sandbox, instance: source.instance, database }, `${database}-dr`);
    await runSchedule(sandbox, 'keep-lease');
    return { database };
  },
  async show({ output, cause, read }) {
    const recordKey =
      output === null ? /\((\S+record\.json)\)$/.exec(cause ?? '')?.[1] : RecordFailoverOutput.parse(output).recordKey;
    if (recordKey === undefined) return { lines: [cause ?? 'no cause is given'], isGood: false, files: new Map() };
    const { result, summary, left, rehearsal } = FailoverRecord.parse(JSON.parse(await read(recordKey)));
    const outage = rehearsal?.outage ?? null;
    return {
      lines: [
        summary,
        ...left.map((one) => `  ${one}`),
        ...(outage === null ? [] : [`By second  ${outage.bySecond}   (w written, c connected, - nothing)`]),
      ],
      isGood: result === 'rehearsed',
      files: new Map(await pageAt(read, recordKey.replace('record.json', 'report.html'))),
    };
  },
};
