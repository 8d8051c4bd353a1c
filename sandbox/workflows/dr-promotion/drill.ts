import { PromotionRecord, RecordPromotionOutput } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { makeReplica } from '../../demo/replica.ts';
import { type Drill, pageAt } from '../drill.ts';
import { drillWithoutRegion } from './region-down.ts';

/** A replica of the source in the second region, which a person has allowed to be promoted. */
export const drill: Drill = {
  lasts: 'a minute',
  costs: 'nothing for a plan; a promoted replica is a second primary',
  event: 'events/dr-promotion/plan.json',
  megabytes: 20,
  inSecondRegion: true,
  writes: true,
  withoutRegion: drillWithoutRegion,
  async prepare(scene) {
    const { sandbox, source, database } = scene;
    await makeReplica({ sandbox, instance: source.instance, database }, `${source.instance}-dr`);
    return {};
  },
  async show({ output, read, status }) {
    const { recordKey, reportKey, result } = RecordPromotionOutput.parse(output ?? {});
    const record = PromotionRecord.parse(JSON.parse(await read(recordKey)));
    const seconds = (value: number | null) => (value === null ? 'unknown' : `${value.toFixed(1)} s`);
    return {
      lines: [
        `${result.toUpperCase()}  ${record.summary}`,
        `fence    ${record.fence === null ? 'none' : record.fence.kind}`,
        `loss     ${seconds(record.lossSeconds)}`,
        `RTO      ${seconds(record.rtoSeconds)}`,
        ...record.left.map((one, index) => `${index + 1}. ${one}`),
      ],
      isGood: status === 'SUCCEEDED',
      files: new Map([...(await pageAt(read, reportKey)), ['record.json', await read(recordKey)]]),
    };
  },
};
