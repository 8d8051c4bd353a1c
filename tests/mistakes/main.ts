// Puts deliberate mistakes into a copy of the tree in turn, and runs the tests that are meant to notice: npm run mistakes
import { availableParallelism } from 'node:os';
import { operatorCommand, startWhenCalled } from '../../operator/command.ts';
import { oneOf, something, wholeNumberFrom } from '../../shared/command-line/grammar.ts';
import { roomyTemporaryDirectory } from '../runner/temporary.mjs';
import { allMistakes, areaNames } from './all-mistakes.ts';
import { choose } from './choose.ts';
import { RedBeforeError, type Result, tryMistakes } from './try-mistakes.ts';

const help = `pg-gameday mistakes: deliberate mistakes, each of which a test must notice (docs/tests.md)

  npm run mistakes                           all of them
  npm run mistakes -- --area asl             those of one area: ${areaNames.join(', ')}
  npm run mistakes -- --only 'public'        those with this in their names

Options
  --sample <count>      so many of them, drawn by --seed (1 when absent)
  --seed <number>
  --at-once <count>     copies of the tree that are worked in; as many as there are cores when absent
  --list                name them, and try none
  --help                this text

Exit code 0: each was noticed; 1: one was not, a test is missing; 2: one could not be tried, or tests are red before.`;

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

const mistakes = operatorCommand({
  grammar: {
    command: 'npm run mistakes --',
    options: {
      area: { type: 'string' },
      only: { type: 'string' },
      sample: { type: 'string' },
      seed: { type: 'string' },
      'at-once': { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
    values: {
      area: oneOf(...areaNames),
      only: something,
      sample: wholeNumberFrom(1, 10_000),
      seed: wholeNumberFrom(0, 2 ** 31),
      'at-once': wholeNumberFrom(1, 64),
    },
    actions: { '': { words: [], options: ['area', 'only', 'sample', 'seed', 'at-once', 'list', 'help'] } },
  },
  help,
  run: async ({ values }, output) => {
    const { area, only, list } = values;
    const wanted = choose(allMistakes, { area, only, sample: number(values.sample), seed: number(values.seed) });
    if (wanted.length === 0) {
      output.error('no mistake has such a name\nHINT: --list names them.');
      return 2;
    }
    if (list === true) {
      for (const one of wanted) output.line(`${one.area.padEnd(10)} ${one.file}: ${one.name}`);
      output.line(`${wanted.length} mistakes`);
      return 0;
    }
    const stop = new AbortController();
    const end = () => stop.abort(new Error('interrupted: nothing is left behind'));
    process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
    const since = performance.now();
    try {
      const results = await tryMistakes(wanted, {
        place: roomyTemporaryDirectory(),
        atOnce: number(values['at-once']) ?? availableParallelism(),
        signal: stop.signal,
        say: output.line,
      });
      return summarise(results, (performance.now() - since) / 60_000, output.line);
    } catch (error) {
      if (!(error instanceof RedBeforeError)) throw error;
      output.error(error.message);
      return 2;
    }
  },
});

/** The code to end with. */
function summarise(results: readonly Result[], minutes: number, line: (text: string) => void): number {
  const of = (kind: Result['kind']) => results.filter((one) => one.kind === kind);
  for (const { mistake, say } of of('spoilt'))
    line(`\nspoilt: ${mistake.name}\n  ${mistake.file}: ${say}\n  HINT: say anew what is replaced by what.`);
  for (const { mistake } of of('survived')) {
    line(`\nsurvived: ${mistake.name}\n  ${mistake.file}: '${mistake.find}' → '${mistake.replace}'`);
    line(`  HINT: write a test in ${mistake.tests.join(' or ')} that fails with it.`);
  }
  const [killed, survived, spoilt] = [of('killed').length, of('survived').length, of('spoilt').length];
  line(
    `\n${results.length} mistakes: ${killed} killed, ${survived} survived, ${spoilt} spoilt; ${minutes.toFixed(1)} minutes`,
  );
  if (spoilt > 0) return 2;
  return survived > 0 ? 1 : 0;
}

await startWhenCalled(import.meta.url, mistakes);
