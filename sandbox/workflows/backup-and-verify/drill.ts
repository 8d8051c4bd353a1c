import { Evidence } from '../../../shared/contracts/backup-and-verify.ts';
import { reportWithLoading, withLoading } from '../../terminal/loading.ts';
import { verdictLines } from '../../terminal/verdict.ts';
import { type Drill, pageAt } from '../drill.ts';

/** A sound backup of what is not the reader's whole database proves nothing to the reader. */
const notAllLoaded = 2;

export const drill: Drill = {
  lasts: 'a minute at 200 MB',
  costs: 'a copy of the instance for one to some hours, and a snapshot that stays',
  event: 'events/backup-and-verify/one-database.json',
  writes: true,
  async show({ name, read }, { database, loading }) {
    const prefix = `backup-and-verify/${database}/${name}`;
    const recorded = Evidence.parse(JSON.parse(await read(`${prefix}/evidence.json`)));
    const evidence = withLoading(recorded, loading);
    return {
      lines: verdictLines(evidence),
      ...(evidence.loading === undefined ? {} : { exitCode: notAllLoaded }),
      files: new Map([
        ...[...(await pageAt(read, `${prefix}/report.html`))].map(([file, page]): [string, string] => [
          file,
          reportWithLoading(page, evidence),
        ]),
        ['evidence.json', JSON.stringify(evidence, undefined, 2)],
      ]),
    };
  },
};
