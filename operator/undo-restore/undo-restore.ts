// Takes back what a restore has merged: npm run undo-restore -- fantasy --url postgres://gameday_restore@…/fantasy
import { something, wholeNumberFrom } from '../../shared/command-line/grammar.ts';
import { chunkDeadline } from '../../shared/deadlines.ts';
import { CommandLineError } from '../../shared/errors.ts';
import { listUndo, type UndoRun, undoMerge } from '../../shared/pg/selected/undo-tables.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { targetOf } from '../bootstrap/target-of.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';

const help = `pg-gameday undo-restore: takes back what a restore of selected tables has merged

  npm run undo-restore -- fantasy --url postgres://gameday_restore@host/fantasy                     lists what is kept
  npm run undo-restore -- fantasy --url postgres://gameday_restore@host/fantasy --run <run> --yes   takes it back

Rows that were changed after the merge are nobody's to take back: then nothing is, and they are named. The password comes from PGPASSWORD
or the URL; PGSSLROOTCERT names the file of the authorities that the server's certificate must be of.

Options
  --url <url>             postgres://user@host:port/database
  --run <run>             as the list and the record of the restore name it
  --lock-timeout <ms>     nobody waits longer for the tables (5000)
  --yes                   do it
  --help                  this text

Exit code 0: listed, or taken back; 2: it did not come to that, and nothing was changed.`;

export const undoRestore = operatorCommand({
  help,
  grammar: {
    command: 'npm run undo-restore --',
    options: {
      url: { type: 'string' },
      run: { type: 'string' },
      'lock-timeout': { type: 'string', default: '5000' },
      yes: { type: 'boolean', default: false },
    },
    values: { run: something, 'lock-timeout': wholeNumberFrom(100, 60_000) },
    actions: { '': { words: ['<database>'], options: ['url', 'run', 'lock-timeout', 'yes'] } },
  },
  async run({ words: [database = ''], values }, { line }) {
    if (values.url === undefined)
      throw new CommandLineError('--url is missing', { hints: ['Log in as gameday_restore, who has merged.'] });
    const { run, yes } = values;
    const target = targetOf(values.url, database);
    const options = {
      purpose: 'takes back a restore',
      statementTimeout: chunkDeadline,
      readOnly: run === undefined || !yes,
    };
    return withConnection(target, options, async (client) => {
      const known = await listUndo(client);
      if (run === undefined || !yes) {
        for (const one of known.filter((each) => run === undefined || each.run === run)) line(lineOf(one));
        line(known.length === 0 ? 'Nothing is kept.' : 'Nothing was taken back. Add --run <run> and --yes.');
        return 0;
      }
      const undone = await undoMerge(client, run, Number(values['lock-timeout']));
      for (const [table, rows] of Object.entries(undone)) line(`${table}: ${rows} rows are as before`);
      return 0;
    });
  },
});
await startWhenCalled(import.meta.url, undoRestore);

function lineOf({ run, mergedAt, keepUntil, tables, undoneAt }: UndoRun): string {
  const ended = undoneAt === null ? '' : `, taken back ${undoneAt}`;
  return `${run}  merged ${mergedAt}, kept until ${keepUntil}${ended}: ${tables.join(', ')}`;
}
