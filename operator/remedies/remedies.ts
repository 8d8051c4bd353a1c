// What remedies did or would have done, by their records in a folder that was downloaded from the evidence bucket. Needs no network.
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { oneOf, something } from '../../shared/command-line/grammar.ts';
import { RemediationRecord } from '../../shared/contracts/remediation/remediation.ts';
import { observe } from '../../shared/domain/remediation/observation.ts';
import { CommandLineError } from '../../shared/errors.ts';
import { observationReport } from '../../shared/report/remediation/observation-report.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';

const usage = `npm run remedies -- <folder> --stage prod

  <folder>      what \`aws s3 sync s3://<evidence bucket> <folder>\` has downloaded
  --stage <s>   dev, test or prod
  --days <n>    so many days before the newest record (30)
  --out <dir>   where remedies.html and remedies.json are written (reports)

Says of each remedy how often it would have acted, and how often the alarm ended without it: by that you decide whether it
may act. Exit code 0: written; 2: the command cannot be carried out.`;

const days = (text: string) => (/^[1-9]\d{0,2}$/.test(text) ? undefined : 'a number of days from 1 to 999');

export const remedies = operatorCommand({
  help: usage,
  grammar: {
    command: 'npm run remedies --',
    options: {
      stage: { type: 'string' },
      days: { type: 'string', default: '30' },
      out: { type: 'string', default: 'reports' },
    },
    values: { stage: oneOf('dev', 'test', 'prod'), days, out: something },
    actions: { '': { words: ['<folder>'], options: ['stage', 'days', 'out'] } },
  },
  run({ words: [folder = ''], values: { stage, days: wanted, out } }, { line }) {
    if (stage === undefined) throw new CommandLineError('--stage is missing', { hints: ['Name dev, test or prod.'] });
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      throw new CommandLineError(`folder '${folder}' does not exist`, {
        hints: ['aws s3 sync s3://<evidence bucket> <folder> downloads it.'],
      });
    }
    const records = globSync('remediation/records/*/*.json', { cwd: folder }).map((file) =>
      RemediationRecord.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))),
    );
    const newest = records.reduce((latest, { recordedAt }) => Math.max(latest, Date.parse(recordedAt)), 0);
    if (newest === 0) {
      throw new CommandLineError(`'${folder}' has no records of remediation`, {
        hints: ['Download the whole bucket; no alarm may have rung since remediation was deployed.'],
      });
    }
    const report = observe(records, stage, newest, Number(wanted));
    mkdirSync(out, { recursive: true });
    writeFileSync(path.join(out, 'remedies.json'), `${JSON.stringify(report, undefined, 2)}\n`);
    writeFileSync(path.join(out, 'remedies.html'), observationReport(report));
    for (const { remedy, alarms, wouldAct, goneBefore, endedByItself } of report.remedies)
      line(
        `${remedy.padEnd(26)} ${alarms} alarms, would act ${wouldAct} times, gone before ${goneBefore}, ended by itself ${endedByItself.count}`,
      );
    line(`${report.records} records of ${report.days} days; ${path.join(out, 'remedies.html')}`);
    return 0;
  },
});
await startWhenCalled(import.meta.url, remedies);
