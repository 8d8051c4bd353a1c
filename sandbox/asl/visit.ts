import type { Frame } from './frame.ts';
import type { Thread } from './history.ts';
import { evaluateExpression, expressionText } from './query/expression.ts';
import type { Run } from './run.ts';
import { visibleVariables } from './scope.ts';
import { StatesError } from './states-error.ts';

export type MapItem = { readonly Index: number; readonly Value: unknown; readonly Key?: string };

/** The parts of `$states` that exist only at some moments of a visit. */
export type Moment = { readonly result?: unknown; readonly errorOutput?: unknown; readonly item?: MapItem };

/** One state being executed: its input, its place in the history, and the evaluation of its fields. */
export class Visit {
  readonly run: Run;
  readonly frame: Frame;
  readonly thread: Thread;
  readonly signal: AbortSignal;
  readonly item: MapItem | undefined;
  readonly name: string;
  readonly input: unknown;
  retryCount = 0;
  taskToken: string | undefined;

  constructor(run: Run, frame: Frame, thread: Thread, signal: AbortSignal, item: MapItem | undefined) {
    this.run = run;
    this.frame = frame;
    this.thread = thread;
    this.signal = signal;
    this.item = item;
    this.name = frame.state;
    this.input = frame.input;
  }

  /** A field's value with every `{% … %}` string in it replaced. `field` is its place in the state, for messages. */
  async evaluate(value: unknown, field: string, moment: Moment = {}): Promise<unknown> {
    const text = expressionText(value);
    if (text !== undefined) {
      return await this.#evaluateText(text, field, moment);
    }
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const [index, item] of value.entries()) {
        items.push(await this.evaluate(item, `${field}[${index}]`, moment));
      }
      return items;
    }
    if (typeof value === 'object' && value !== null) {
      const members: [string, unknown][] = [];
      for (const [key, member] of Object.entries(value)) {
        members.push([key, await this.evaluate(member, `${field}/${key}`, moment)]);
      }
      return Object.fromEntries(members);
    }
    return value;
  }

  async evaluateString(value: unknown, field: string): Promise<string> {
    const result = await this.evaluate(value, field);
    return typeof result === 'string' ? result : this.unexpectedType(value, field, 'string', result);
  }

  async evaluateBoolean(value: unknown, field: string): Promise<boolean> {
    const result = await this.evaluate(value, field);
    return typeof result === 'boolean' ? result : this.unexpectedType(value, field, 'boolean', result);
  }

  async evaluateInteger(value: unknown, field: string, minimum: number, maximum: number): Promise<number> {
    const result = await this.evaluateNumber(value, field, minimum, maximum, 'integer');
    return Number.isInteger(result) ? result : this.unexpectedType(value, field, 'integer', result);
  }

  async evaluateNumber(
    value: unknown,
    field: string,
    minimum: number,
    maximum: number,
    expected = 'number',
  ): Promise<number> {
    const result = await this.evaluate(value, field);
    if (typeof result !== 'number') {
      return this.unexpectedType(value, field, expected, result);
    }
    if (result < minimum || result > maximum) {
      return this.fail(
        `${quoteField(value, field)} returned ${result}, which is not between ${minimum} and ${maximum}.`,
        field,
      );
    }
    return result;
  }

  /** Writes EvaluationFailed and throws the error that Retry and Catch see. */
  fail(sentence: string, field: string): never {
    const error = 'States.QueryEvaluationError';
    const cause = `An error occurred while executing the state '${this.name}' (entered at the event id #${this.frame.entered?.eventId ?? 0}). ${sentence}`;
    this.thread.record('EvaluationFailed', {
      evaluationFailedEventDetails: { error, cause, location: field, state: this.name },
    });
    throw new StatesError(error, cause);
  }

  context(item: MapItem | undefined = this.item): Record<string, unknown> {
    return {
      ...this.run.context(),
      State: {
        Name: this.name,
        EnteredTime: (this.frame.entered?.time ?? this.run.clock.now()).toISOString(),
        RetryCount: this.retryCount,
      },
      ...(this.taskToken === undefined ? {} : { Task: { Token: this.taskToken } }),
      ...(item === undefined ? {} : { Map: { Item: item } }),
    };
  }

  async #evaluateText(text: string, field: string, moment: Moment): Promise<unknown> {
    const { item, ...parts } = moment;
    const result = await evaluateExpression(text, {
      ...visibleVariables(this.frame.scope),
      states: { input: this.input, context: this.context(item), ...parts },
    });
    switch (result.kind) {
      case 'value':
        return result.value;
      case 'nothing':
        return this.fail(
          `The JSONata expression '${text}' specified for the field '${field}' returned nothing (undefined).`,
          field,
        );
      case 'failed':
        return this.fail(
          `The JSONata expression '${text}' specified for the field '${field}' threw an error during evaluation. ${result.message}`,
          field,
        );
    }
  }

  unexpectedType(value: unknown, field: string, expected: string, actual: unknown): never {
    const kind = actual === null ? 'null' : Array.isArray(actual) ? 'array' : typeof actual;
    return this.fail(
      `${quoteField(value, field)} returned an unexpected result type. Expected '${expected}', but was '${kind}' for value: ${JSON.stringify(actual)}`,
      field,
    );
  }
}

function quoteField(value: unknown, field: string): string {
  const text = expressionText(value);
  return text === undefined
    ? `The field '${field}'`
    : `The JSONata expression '${text}' specified for the field '${field}'`;
}
