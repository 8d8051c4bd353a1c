import { FleetRecord, RecordFleetOutput } from '../../../shared/contracts/nightly-backup.ts';
import { type Drill, pageAt } from '../drill.ts';

export const drill: Drill = {
  lasts: 'half a minute for one database of 8 MB',
  costs: 'for each database what a run of backup-and-verify costs',
  event: 'events/schedule/nightly-backup.json',
  megabytes: 8,
  async show({ name, output, read }) {
    const prefix = `nightly-backup/${name}`;
    const record = FleetRecord.parse(JSON.parse(await read(`${prefix}/record.json`)));
    return {
      lines: [
        ...record.databases.map(({ database, isProven }) => `  ${isProven ? 'proven    ' : 'not proven'}  ${database}`),
        ...(output === null ? [] : [RecordFleetOutput.parse(output).summary]),
      ],
      files: new Map([
        ...(await pageAt(read, `${prefix}/report.html`)),
        ['record.json', JSON.stringify(record, undefined, 2)],
      ]),
    };
  },
};
