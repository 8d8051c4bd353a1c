import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { readEnvironment } from '../config.ts';
import { boundedText } from '../domain/verification/bounded-text.ts';
import { errorChain, InvalidInputError, InvalidOutputError } from '../errors.ts';
import { faultsOf, faultText } from '../faults.ts';
import { logger } from '../logger.ts';

export { logger };

/** What a task may ask of the run that it is in. */
export type TaskRun = {
  /** Milliseconds until Lambda ends this invocation. */
  remainingTime(): number;
  /** Reports those who watch how far long work is; at most one line a second is logged. */
  progress(step: string, done: number, total: number): void;
};

type Definition<
  Input extends z.core.$ZodType,
  Output extends z.core.$ZodType,
  Environment extends z.core.$ZodType,
  Deps,
> = {
  readonly input: Input;
  readonly output: Output;
  /** Variables besides those of every function: the function's own in functions.yml. One that is not wired fails by name. */
  readonly environment?: Environment;
  /** Built on the first invocation and kept while the function is warm: importing a task does nothing. */
  readonly deps: (environment: z.output<Environment>) => Deps;
  run(input: z.output<Input>, deps: Deps, task: TaskRun): Promise<z.input<Output>>;
};

/**
 * Makes a Lambda handler of a task: parses its input strictly, runs it, parses its output strictly. A domain error is
 * thrown as it is, for Step Functions to match by name; its message is followed by the causes', reported once each.
 */
export function defineTask<
  Input extends z.core.$ZodType,
  Output extends z.core.$ZodType,
  Deps,
  Environment extends z.core.$ZodType = typeof NoEnvironment,
>(definition: Definition<Input, Output, Environment, Deps>) {
  let deps: Deps | undefined;
  const handle = async (event: unknown, context: Context): Promise<z.output<Output>> => {
    const correlation = correlationOf(event);
    logger.resetKeys();
    logger.addContext(context);
    logger.appendKeys(correlation);
    try {
      const input = parse(definition.input, event, InvalidInputError, 'input');
      deps ??= definition.deps(environmentOf(definition.environment));
      const output = await definition.run(input, deps, makeRun(context));
      return parse(definition.output, output, InvalidOutputError, 'output');
    } catch (error) {
      const chain = errorChain(error);
      logger.error(chain[0]?.message ?? 'failed', { error: chain[0]?.name, causes: chain.slice(1) });
      throw bounded(withCausesInText(error, chain));
    }
  };
  // Out of time, it is Lambda that ends a function: by a name that the machines know, and call again.
  return { ...definition, handler: middy<unknown, z.output<Output>>({ timeoutEarlyInMillis: 0 }).handler(handle) };
}

const NoEnvironment = z.object({});

function environmentOf<Environment extends z.core.$ZodType>(schema: Environment | undefined): z.output<Environment> {
  // Without a schema there is nothing that `deps` could ask for.
  if (schema === undefined) return {} as z.output<Environment>;
  return readEnvironment(schema, "Compare 'environment' of the function in its functions.yml.");
}

function parse<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
  Failure: typeof InvalidInputError | typeof InvalidOutputError,
  what: string,
): z.output<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const faults = faultsOf(result.error.issues, value).map((fault) => `  ${faultText(fault)}`);
  throw new Failure(`${what} of the task does not match its contract\n${faults.join('\n')}`, {
    hints: ['Compare the payload in the state machine with shared/contracts.'],
  });
}

/** Step Functions shows only name and message of an error: the causes belong into the text that is shown. */
function withCausesInText(error: unknown, chain: readonly { name: string; message: string }[]): unknown {
  if (error instanceof Error && chain.length > 1) {
    error.message += chain
      .slice(1)
      .map(({ name, message }) => `\nCAUSE: ${name}: ${message}`)
      .join('');
  }
  return error;
}

/** Two states' worth of errors and an input fit into the 256 KiB that a state may hold, escaped twice. */
const mostErrorText = 10_000;

/** The stack begins with the message, and Lambda reports both. */
function bounded(error: unknown): unknown {
  if (!(error instanceof Error) || error.message.length <= mostErrorText) return error;
  error.message = boundedText(error.message, mostErrorText);
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

function correlationOf(event: unknown): Record<string, unknown> {
  const { order, ...own } = (event ?? {}) as Record<string, unknown>;
  const { executionName, database, instanceId } = { ...(order as object | null | undefined), ...own } as typeof own;
  return { executionName, database, instanceId };
}

function makeRun(context: Context): TaskRun {
  let lastLine = 0;
  let finished = '';
  return {
    remainingTime: () => context.getRemainingTimeInMillis(),
    progress(step, done, total) {
      const now = Date.now();
      // The last line of a step is reported, once; before it a line a second is enough.
      const isLast = done >= total && finished !== step;
      if (!isLast && now - lastLine < 1000) return;
      if (isLast) finished = step;
      lastLine = now;
      logger.info('progress', { step, done, total });
    },
  };
}
