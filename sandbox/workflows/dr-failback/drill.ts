import { FailbackRecord, RecordFailbackOutput } from '../../../shared/contracts/dr-failback/dr-failback.ts';
import { type Drill, pageAt } from '../drill.ts';

export const drill: Drill = {
  lasts: 'two minutes',
  costs: 'a replica in the first region, and the old primary for as long as somebody keeps it',
  event: 'events/dr-failback/failback.json',
  megabytes: 8,
  async show({ output, read, status }) {
    const { recordKey, reportKey, result } = RecordFailbackOutput.parse(output ?? {});
    const record = FailbackRecord.parse(JSON.parse(await read(recordKey)));
    return {
      lines: [`${result.toUpperCase()}  ${record.summary}`, ...record.left.map((one, index) => `${index + 1}. ${one}`)],
      isGood: status === 'SUCCEEDED',
      files: new Map([...(await pageAt(read, reportKey)), ['record.json', await read(recordKey)]]),
    };
  },
};
