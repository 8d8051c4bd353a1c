import * as z from 'zod/mini';

export const faultKinds = ['error', 'throttle', 'timeout-before', 'timeout-after', 'duplicate', 'kill-lambda'] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * One fault on the n-th call that a role makes.
 *
 * - `error`: the service's own failure, nothing happened
 * - `throttle`: the service's own refusal, nothing happened
 * - `timeout-before`: the connection is lost before anything happened
 * - `timeout-after`: it happened, and the answer is lost
 * - `duplicate`: it happens twice, one after the other
 * - `kill-lambda`: it happens, and the function that asked for it is dead; on `lambda:Invoke` the invoked function is
 *   killed `afterMilliseconds` after it started
 */
export type Fault = {
  /** `rds:CreateDBSnapshot`: the signing name of the service, and the operation. */
  readonly call: string;
  /** Only calls of this function; for `lambda:Invoke`, the function that is invoked. Its key: `takeWitness`. */
  readonly function?: string | undefined;
  /** From 1. Every retry of an SDK is a call of its own. */
  readonly nth: number;
  readonly kind: FaultKind;
  readonly afterMilliseconds?: number | undefined;
};

const Schema = z.strictObject({
  call: z.string().check(z.regex(/^[a-z0-9]+:[A-Z][A-Za-z0-9]*$/, "must be like 'rds:CreateDBSnapshot'")),
  function: z.optional(z.string()),
  nth: z.int().check(z.minimum(1)),
  kind: z.enum(faultKinds),
  afterMilliseconds: z.optional(z.int().check(z.minimum(0))),
});

/** A file of faults: a JSON array of them. All that is wrong with it is told at once. */
export function parseFaultFile(text: string, file: string): Fault[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`faults in '${file}' are no JSON`, { cause });
  }
  const parsed = z.array(Schema).safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || '(top)'}: ${message}`);
  throw new Error(`faults in '${file}' cannot be read\n${faults.join('\n')}`);
}

/** `rds:CreateDBSnapshot#1=throttle`, `takeWitness/s3:PutObject#2=timeout-after`, `planRun/lambda:Invoke#1=kill-lambda@40`. */
export function parseFault(text: string): Fault {
  const [, name, call, nth, kind, after] =
    /^(?:(\w+)\/)?([a-z0-9]+:[A-Z]\w*)(?:#(\d+))?=([a-z-]+)(?:@(\d+))?$/.exec(text) ?? [];
  const parsed = Schema.safeParse({
    call,
    ...(name === undefined ? {} : { function: name }),
    nth: Number(nth ?? 1),
    kind,
    ...(after === undefined ? {} : { afterMilliseconds: Number(after) }),
  });
  if (parsed.success) return parsed.data;
  throw new Error(
    `fault is '${text}', expected '[function/]service:Operation[#n]=kind[@milliseconds]'\n` +
      `HINT: Kinds are ${faultKinds.join(', ')}.`,
  );
}

export function faultName({ call, function: name, nth, kind, afterMilliseconds }: Fault): string {
  const after = afterMilliseconds === undefined ? '' : `@${afterMilliseconds}`;
  return `${name === undefined ? '' : `${name}/`}${call}#${nth}=${kind}${after}`;
}
