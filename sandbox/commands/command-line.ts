import { readFileSync } from 'node:fs';
import { type Grammar, numberFrom, oneOf, something, wholeNumberFrom } from '../../shared/command-line/grammar.ts';
import { parseCommandLine } from '../../shared/command-line/parse.ts';
import { CommandLineError } from '../../shared/errors.ts';
import { alarmCases } from '../alarm-drill/case-list.ts';
import { type Fault, parseFault, parseFaultFile } from '../faults/fault.ts';
import type { CommandOptions } from './options.ts';

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
  'no-schedules': { type: 'boolean', default: false },
  'remove-each': { type: 'boolean', default: false },
  people: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  only: { type: 'string' },
  'region-down': { type: 'string' },
} as const;

const place = ['speed', 'port', 'data'];
const source = ['database', 'megabytes', 'from', 'writes'];
const session = [...source, ...place, 'fault', 'faults'];

/** What each command of the sandbox understands; npm's scripts say the first word (package.json). */
export const sandboxGrammar = {
  command: 'npm run sandbox --',
  options,
  values: {
    database: something,
    megabytes: numberFrom(8, 100_000),
    from: something,
    writes: numberFrom(0, 100_000),
    speed: numberFrom(1, 1000),
    port: wholeNumberFrom(0, 65_535),
    data: something,
    reports: something,
    faults: something,
    seed: wholeNumberFrom(0, 4_294_967_295),
    sample: wholeNumberFrom(0, 100_000),
    resume: something,
    'region-down': something,
    only: oneOf(...new Set(alarmCases.map(({ alarm }) => alarm))),
  },
  actions: {
    run: { called: 'npm start --', words: ['[workflow]', '[event]'], options: [...session, 'reports'] },
    drill: {
      called: 'npm run drill --',
      words: ['[workflow]', '[event]'],
      options: [...session, 'reports', 'list', 'only', 'region-down'],
    },
    start: { called: 'npm run sandbox', words: [], options: [...session, 'no-schedules'] },
    stop: { words: [], options: ['data'] },
    status: { words: [], options: ['data'] },
    event: { words: ['<file>'], options: ['data'] },
    permissions: { words: [], options: ['database', 'megabytes', ...place, 'remove-each', 'people'] },
    'fault-sweep': {
      called: 'npm run fault-sweep --',
      words: ['[workflow]'],
      options: ['database', 'megabytes', ...place, 'fault', 'faults', 'seed', 'sample', 'resume', 'bugs'],
    },
  },
  saidByScript: ['start'],
} satisfies Grammar<typeof options>;

export type SandboxCommand = keyof typeof sandboxGrammar.actions;
export type SandboxCall =
  | { readonly help: 'asked' | 'needed' }
  | { readonly help: undefined; readonly command: SandboxCommand; readonly options: CommandOptions };

/** Reads a command line. Throws CommandLineError before anything is started. */
export function readCommandLine(args: readonly string[]): SandboxCall {
  const call = parseCommandLine<typeof options>(sandboxGrammar, args);
  if (call.help !== undefined) return call;
  const { action, words, values } = call;
  // `event <file>` names no workflow: the rules that the event meets say which ones start.
  const [workflow, event] = action === 'event' ? [undefined, ...words] : words;
  if (action === 'drill' && workflow === undefined && !values.list)
    throw new CommandLineError("the workflow is missing after 'npm run drill --'", {
      hints: ["'npm run drill -- --list' says what there is."],
    });
  if (values.only !== undefined && (action !== 'drill' || workflow !== 'alarms'))
    throw new CommandLineError("--only is for 'npm run drill -- alarms'");
  if (values.list && workflow !== undefined)
    throw new CommandLineError(`'${workflow}' is one word too many for 'npm run drill -- --list'`);
  if (values.from !== undefined && values.megabytes !== options.megabytes.default)
    throw new CommandLineError('--from and --megabytes exclude each other', {
      hints: ['--megabytes is the size of the demo database, --from copies one of yours.'],
    });
  return {
    help: undefined,
    command: action as SandboxCommand,
    options: {
      workflow: workflow ?? 'backup-and-verify',
      event,
      list: values.list,
      only: values.only,
      regionDown: values['region-down'],
      database: values.database ?? (values.from === undefined ? 'fantasy' : 'own'),
      megabytes: Number(values.megabytes),
      from: values.from,
      writesPerSecond: Number(values.writes),
      speed: Number(values.speed),
      port: Number(values.port),
      dataDirectory: values.data,
      reportsDirectory: values.reports,
      runSchedules: !values['no-schedules'],
      removeEach: values['remove-each'],
      people: values.people,
      faults: [...readFaults(values.faults), ...(values.fault ?? []).map(parseFault)],
      seed: Number(values.seed),
      sample: Number(values.sample),
      resume: values.resume,
      bugs: values.bugs,
    },
  };
}

function readFaults(file: string | undefined): Fault[] {
  if (file === undefined) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandLineError(`--faults names '${file}', which cannot be read: ${(error as Error).message}`, {
      hints: ['sandbox/README.md shows such a file.'],
    });
  }
  return [...parseFaultFile(text, file)];
}
