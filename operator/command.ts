import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { Grammar } from '../shared/command-line/grammar.ts';
import { type Parsed, parseCommandLine } from '../shared/command-line/parse.ts';
import { errorChain } from '../shared/errors.ts';

export type Output = { readonly line: (text: string) => void; readonly error: (text: string) => void };
type Call<O extends ParseArgsOptionsConfig> = Extract<Parsed<O>, { readonly help: undefined }>;

/** A command of an operator: what it understands, what it says of itself, what it does. */
export type OperatorCommand<O extends ParseArgsOptionsConfig = ParseArgsOptionsConfig> = {
  readonly grammar: Grammar<O>;
  readonly help: string;
  /** Answers the exit code. */
  readonly run: (call: Call<O>, output: Output) => number | Promise<number>;
};

/** Keeps the types of the options: `const doctor = operatorCommand({ … })`. */
export const operatorCommand = <const O extends ParseArgsOptionsConfig>(command: OperatorCommand<O>) => command;

const toTerminal: Output = { line: (text) => console.log(text), error: (text) => console.error(text) };

/**
 * The one way in which a command of an operator is carried out: help on demand (0) or for want of words (2), a wrong
 * word refused before any work (2), an error with its hints on the error output (2), else the code of the command.
 */
export async function carryOut<O extends ParseArgsOptionsConfig>(
  command: OperatorCommand<O>,
  args: readonly string[],
  output: Output = toTerminal,
): Promise<number> {
  try {
    const call = parseCommandLine(command.grammar, args);
    if (call.help === undefined) return await command.run(call, output);
    output.line(command.help);
    return call.help === 'asked' ? 0 : 2;
  } catch (thrown) {
    for (const [index, { message }] of errorChain(thrown).entries())
      output.error(`${index === 0 ? 'error' : 'caused by'}: ${message}`);
    return 2;
  }
}

/** Carries the command out when its file is what node was called with, and not when a test imports it. */
export async function startWhenCalled<O extends ParseArgsOptionsConfig>(
  moduleUrl: string,
  command: OperatorCommand<O>,
): Promise<void> {
  const [, called] = process.argv;
  if (called === undefined || realpathSync(called) !== realpathSync(fileURLToPath(moduleUrl))) return;
  process.exitCode = await carryOut(command, process.argv.slice(2));
}
