import * as z from 'zod/mini';

/** What can happen to one call of AWS. */
export const callKinds = ['error', 'throttle', 'timeout-before', 'timeout-after', 'duplicate', 'kill-lambda'] as const;
/** What can happen to one delivery: of an event to a target of its rule, of a message to a function. */
export const deliveryKinds = ['lost', 'late', 'twice'] as const;
/** What can happen to servers and networks while a call, a delivery or a request is under way. */
export const outageKinds = ['end-sessions', 'reset-sessions', 'freeze', 'cut-region', 'cut-link'] as const;
export const faultKinds = [...callKinds, ...deliveryKinds, ...outageKinds] as const;

export type CallKind = (typeof callKinds)[number];
export type DeliveryKind = (typeof deliveryKinds)[number];
export type OutageKind = (typeof outageKinds)[number];
export type FaultKind = (typeof faultKinds)[number];

/** The moments at which a fault may strike, beside calls of AWS. */
export const deliveryPoints = ['events:Deliver', 'sns:Deliver'] as const;
/** A request of a function to a PostgreSQL server: what it sends between two answers, the handshake included. */
export const requestPoint = 'postgres:Request';

/**
 * One fault on the n-th call that a role makes, or on the n-th delivery or request.
 *
 * - `error`: the service's own failure, nothing happened
 * - `throttle`: the service's own refusal, nothing happened
 * - `timeout-before`: the connection is lost before anything happened
 * - `timeout-after`: it happened, and the answer is lost
 * - `duplicate`: it happens twice, one after the other
 * - `kill-lambda`: it happens, and the function that asked for it is dead; on `lambda:Invoke` the invoked function is
 *   killed `afterMilliseconds` after it started
 * - `lost`, `late`, `twice`: a delivery. One of a schedule that comes twice is two events, any other is one event twice
 * - `end-sessions`: the server ends the sessions of its clients, as an administrator does
 * - `reset-sessions`: the connections of functions to the server break without a word
 * - `freeze`: the server and its backends are stopped and answer nothing
 * - `cut-region`: calls to a region fail as by a broken network, and its servers answer nothing
 * - `cut-link`: calls from one region about another fail so, replication between them stops, copies fail
 */
export type Fault = {
  /** `rds:CreateDBSnapshot`: the signing name of the service, and the operation; or one of the points above. */
  readonly call: string;
  /**
   * Only calls of this function; for `lambda:Invoke`, the function that is invoked. Its key: `takeWitness`. For a
   * delivery the name of the rule or the topic.
   */
  readonly function?: string | undefined;
  /** From 1. Every retry of an SDK is a call of its own. */
  readonly nth: number;
  /** The n-th and every later one: what does not pass by itself, and no retry helps against. */
  readonly andLater?: boolean | undefined;
  readonly kind: FaultKind;
  /** An instance (`*` stands for any text), a region, or two regions with a comma between them. */
  readonly target?: string | undefined;
  /** True milliseconds from the call to the strike. */
  readonly afterMilliseconds?: number | undefined;
  /** True milliseconds until what is frozen or cut works again; absent: until the faults are replaced or released. */
  readonly forMilliseconds?: number | undefined;
};

const milliseconds = z.int().check(z.minimum(0));
const includes = (kinds: readonly string[], kind: string) => kinds.includes(kind);

const Schema = z
  .strictObject({
    call: z.string().check(z.regex(/^[a-z0-9]+:[A-Z][A-Za-z0-9]*$/, "must be like 'rds:CreateDBSnapshot'")),
    function: z.optional(z.string()),
    nth: z.int().check(z.minimum(1)),
    andLater: z.optional(z.boolean()),
    kind: z.enum(faultKinds),
    target: z.optional(z.string()),
    afterMilliseconds: z.optional(milliseconds),
    forMilliseconds: z.optional(milliseconds),
  })
  .check(
    z.refine(({ call, kind }) => includes(outageKinds, kind) || fits(call, kind), {
      path: ['kind'],
      error: `does not fit the call: ${deliveryKinds.join(', ')} strike ${deliveryPoints.join(' and ')}, ${callKinds.join(', ')} strike calls of AWS`,
    }),
    z.refine(({ kind, target }) => kind !== 'cut-link' || /^[\w-]+,[\w-]+$/.test(target ?? ''), {
      path: ['target'],
      error: "must name the two regions, like 'us-east-1,us-west-2'",
    }),
  );

function fits(call: string, kind: string): boolean {
  if (call === requestPoint) return false;
  return includes(deliveryPoints, call) === includes(deliveryKinds, kind);
}

/** A file of faults: a JSON array of them. All that is wrong with it is reported at once. */
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

const pattern =
  /^(?:([\w-]+)\/)?([a-z0-9]+:[A-Z]\w*)(?:#(\d+)(\+)?)?=([a-z-]+)(?::([\w*,-]+))?(?:@(\d+))?(?:\+(\d+))?$/;

/**
 * `rds:CreateDBSnapshot#1=throttle`, `planRun/lambda:Invoke#1=kill-lambda@40`,
 * `verifyTables/postgres:Request#9=reset-sessions`, `rds:CreateDBSnapshot=freeze:orders-*@100+5000`.
 */
export function parseFault(text: string): Fault {
  const [, name, call, nth, later, kind, target, after, lasting] = pattern.exec(text) ?? [];
  const parsed = Schema.safeParse({
    call,
    ...(name === undefined ? {} : { function: name }),
    nth: Number(nth ?? 1),
    ...(later === undefined ? {} : { andLater: true }),
    kind,
    ...(target === undefined ? {} : { target }),
    ...(after === undefined ? {} : { afterMilliseconds: Number(after) }),
    ...(lasting === undefined ? {} : { forMilliseconds: Number(lasting) }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const why =
    call === undefined || issue?.code !== 'custom' ? '' : `\nHINT: '${issue.path.join('.')}' ${issue.message}.`;
  throw new Error(
    `fault is '${text}', expected '[name/]service:Operation[#n[+]]=kind[:target][@milliseconds][+milliseconds]'\n` +
      `HINT: Kinds are ${faultKinds.join(', ')}.${why}`,
  );
}

export function faultName({ call, function: name, nth, andLater, kind, target, ...times }: Fault): string {
  const about = target === undefined ? '' : `:${target}`;
  const after = times.afterMilliseconds === undefined ? '' : `@${times.afterMilliseconds}`;
  const lasting = times.forMilliseconds === undefined ? '' : `+${times.forMilliseconds}`;
  return `${name === undefined ? '' : `${name}/`}${call}#${nth}${andLater === true ? '+' : ''}=${kind}${about}${after}${lasting}`;
}
