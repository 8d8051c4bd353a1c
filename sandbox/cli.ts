import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { errorChain } from '../shared/errors.ts';
import { drillCommand } from './commands/drill.ts';
import { permissionsCommand } from './commands/permissions.ts';
import { interrupted } from './commands/session.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { sweepCommand } from './commands/sweep.ts';
import { parseFault, parseFaultFile } from './faults/fault.ts';

const help = `pg-gameday sandbox: the packaged template on this computer, against real PostgreSQL servers

  npm start                               package, start, load a demo database, run backup-and-verify, stop
  npm start -- --from postgres://…        the same with a copy of your own database (only read; exit code 2
                                          when something of it did not arrive)
  npm run drill -- <workflow> [<event>]   package, start, run a workflow from an event file, show what it came to
  npm run drill -- --list                 what each workflow proves or changes, how long it takes, what it costs
  npm run sandbox                         package, start, load the demo database, stay up until Ctrl-C
  npm run sandbox -- stop                 end a running sandbox and remove what it made
  npm run sandbox -- status               say what is running
  npm run sandbox -- permissions          which permissions of the roles are used, missing, or too many
  npm run sweep -- backup-and-verify      a workflow under every fault at every call that it makes

Options
  --database <name>      database of stage dev in operations.yml (fantasy; own with --from)
  --megabytes <n>        size of the demo database (200)
  --from <url>           copy this database instead of loading the demo
  --writes <n>           transactions a second kept on the demo (400; 0 for none)
  --speed <n>            waits of RDS and of state machines are n times shorter (30)
  --port <n>             port of the endpoint (any free one)
  --data <directory>     where servers and objects live (a directory below the system's temporary one)
  --reports <directory>  where evidence and report are put (reports)
  --fault <fault>        strike a call: [name/]service:Operation[#n[+]]=kind[:target][@ms][+ms], more than once;
                         sandbox/README.md lists the kinds
  --faults <file>        the same from a JSON file
  --seed <n>             sweep: chooses the sample and the moments of kills (1)
  --sample <n>           sweep: that many faults instead of all
  --resume <file>        sweep: keep results there, and go on where an earlier sweep ended
  --bugs                 sweep: put mistakes in on purpose, and see that they are found
  --remove-each          permissions: take each statement away and see that something fails (8 minutes)
  --list                 drill: say what there is
  --help                 this text`;

const options = {
  database: { type: 'string' },
  megabytes: { type: 'string', default: '200' },
  from: { type: 'string' },
  writes: { type: 'string', default: '400' },
  speed: { type: 'string', default: '30' },
  port: { type: 'string', default: '0' },
  data: { type: 'string' },
  reports: { type: 'string', default: 'reports' },
  fault: { type: 'string', multiple: true },
  faults: { type: 'string' },
  seed: { type: 'string', default: '1' },
  sample: { type: 'string', default: '0' },
  resume: { type: 'string' },
  bugs: { type: 'boolean', default: false },
  'remove-each': { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const commands = {
  run: drillCommand,
  drill: drillCommand,
  start: startCommand,
  stop: stopCommand,
  status: statusCommand,
  permissions: permissionsCommand,
  sweep: sweepCommand,
};

const isCommand = (word: string) => Object.hasOwn(commands, word);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  // `npm run sandbox -- stop` hands over "start stop": the last word is the command.
  const words = positionals.filter(isCommand);
  const name = words.at(-1) as keyof typeof commands | undefined;
  if (values.help || name === undefined) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  const [workflow = 'backup-and-verify', event] = positionals.filter((word) => !isCommand(word));
  return commands[name]({
    workflow,
    event,
    list: values.list,
    database: values.database ?? (values.from === undefined ? 'fantasy' : 'own'),
    megabytes: numberOf('--megabytes', values.megabytes, 8, 100_000),
    from: values.from,
    writesPerSecond: numberOf('--writes', values.writes, 0, 100_000),
    speed: numberOf('--speed', values.speed, 1, 1000),
    port: numberOf('--port', values.port, 0, 65_535),
    dataDirectory: values.data,
    reportsDirectory: values.reports,
    removeEach: values['remove-each'],
    faults: [...readFaults(values.faults), ...(values.fault ?? []).map(parseFault)],
    seed: numberOf('--seed', values.seed, 0, 4_294_967_295),
    sample: numberOf('--sample', values.sample, 0, 100_000),
    resume: values.resume,
    bugs: values.bugs,
  });
}

const readFaults = (file: string | undefined) =>
  file === undefined ? [] : parseFaultFile(readFileSync(file, 'utf8'), file);

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least && value <= most) return value;
  throw new Error(`${option} is '${text}', expected a number from ${least} to ${most}`);
}

try {
  const code = await main();
  process.exitCode ??= code;
} catch (error) {
  // What fails because somebody stopped it is no news.
  if (process.exitCode !== interrupted) report(error);
  process.exitCode ??= 2;
}

function report(error: unknown): void {
  for (const [index, { message }] of errorChain(error).entries())
    console.error(index === 0 ? `error: ${message}` : `caused by: ${message}`);
}
