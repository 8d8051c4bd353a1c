import { Evidence } from '../../../shared/contracts/backup-and-verify.ts';
import { verdictLines } from '../../terminal/verdict.ts';
import type { Drill } from '../drill.ts';

export const drill: Drill = {
  lasts: 'a minute at 200 MB',
  costs: 'a copy of the instance for one to some hours, and a snapshot that stays',
  event: 'events/backup-and-verify/one-database.json',
  writes: true,
  async show({ name, read }, { database }) {
    const prefix = `backup-and-verify/${database}/${name}`;
    const evidence = Evidence.parse(JSON.parse(await read(`${prefix}/evidence.json`)));
    return {
      lines: verdictLines(evidence),
      files: new Map([
        ['report.html', await read(`${prefix}/report.html`)],
        ['evidence.json', JSON.stringify(evidence, undefined, 2)],
      ]),
    };
  },
};
