/**
 * Checks the lease against random schedules, against every schedule of a small world, and against mistakes put in on purpose:
 *
 *   npm run model -- lease [--schedules 100000] [--seed 1] [--replay <seed> [--variant <name>]]
 *
 * Exit code 0: nothing was violated, and each mistake was found; 1: otherwise; 2: the command line is wrong.
 */
import { parseArgs } from 'node:util';
import { checkSchedules, findVariants, replay } from './lease/check.ts';
import { explore } from './lease/explore.ts';
import { soundRules } from './lease/rules.ts';
import { variants } from './lease/variants.ts';

process.exitCode = main();

function main(): number {
  const asked = readArguments();
  if (typeof asked === 'string') {
    console.error(asked);
    return 2;
  }
  const { schedules, seed } = asked;
  if (asked.replay !== undefined) {
    for (const line of replay(asked.replay, asked.variant === undefined ? soundRules : variants[asked.variant]))
      console.log(line);
    return 0;
  }
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  const isTerminal = process.stderr.isTTY;
  const random = checkSchedules(schedules, seed, (done) => {
    if (isTerminal) process.stderr.write(`\r${done} of ${schedules} schedules, ${seconds()}`);
  });
  if (isTerminal) process.stderr.write('\r\u001b[K');
  console.log(
    `schedules   ${random.schedules} from seed ${seed}: ${random.violations.length} violations, ${random.takeovers} takeovers; ` +
      `in ${random.stranded} a host that had been paused wrote beside its successor, for ${(random.longestStranded / 1000).toFixed(1)} s at most in all   (${seconds()})`,
  );
  for (const { seed: at, what } of random.violations.slice(0, 10)) {
    console.log(`  ✖ seed ${at}: ${what}\n    npm run model -- lease --replay ${at}`);
  }
  let isGood = random.violations.length === 0;
  for (const bounds of [
    { faults: 1, crashes: 1 },
    { faults: 2, crashes: 1 },
  ]) {
    const { states, violation } = explore(bounds, soundRules);
    console.log(
      `small world ${bounds.faults} faults, ${bounds.crashes} crash: ${states} states, ${violation ?? 'no violation'}   (${seconds()})`,
    );
    isGood &&= violation === undefined;
  }
  for (const found of findVariants(schedules, seed)) {
    isGood &&= 'seed' in found;
    console.log(
      'seed' in found
        ? `✔ found      ${found.variant}: ${found.what}\n             npm run model -- lease --replay ${found.seed} --variant '${found.variant}'`
        : `✖ not found  ${found.variant}, in ${schedules} schedules`,
    );
  }
  console.log(`${isGood ? 'all as it must be' : 'something is wrong'}, ${seconds()}`);
  return isGood ? 0 : 1;
}

type Asked = {
  readonly schedules: number;
  readonly seed: number;
  readonly replay: number | undefined;
  readonly variant: string | undefined;
};

/** What is wrong with the command line is answered in one sentence. */
function readArguments(): Asked | string {
  const whole = (name: string, text: string | undefined, least: number) => {
    if (text !== undefined && !(/^\d{1,9}$/.test(text) && Number(text) >= least)) {
      throw new RangeError(`'--${name}' is '${text}', a whole number from ${least} on is required`);
    }
    return text === undefined ? undefined : Number(text);
  };
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        schedules: { type: 'string', default: '100000' },
        seed: { type: 'string', default: '1' },
        replay: { type: 'string' },
        variant: { type: 'string' },
      },
    });
    if (positionals.length !== 1 || positionals[0] !== 'lease') {
      throw new RangeError(`unknown model '${positionals.join(' ')}'\nHINT: use npm run model -- lease.`);
    }
    if (values.variant !== undefined && variants[values.variant] === undefined) {
      throw new RangeError(
        `unknown variant '${values.variant}'\nHINT: use one of\n  ${Object.keys(variants).join('\n  ')}`,
      );
    }
    return {
      schedules: whole('schedules', values.schedules, 1) ?? 0,
      seed: whole('seed', values.seed, 0) ?? 0,
      replay: whole('replay', values.replay, 0),
      variant: values.variant,
    };
  } catch (error) {
    return (error as Error).message;
  }
}
