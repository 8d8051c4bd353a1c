/**
 * A little PostgreSQL: transactions that begin, write, commit and abort, and the row versions that they leave. Says
 * which versions a snapshot at any instant sees. The source of truth of the property tests of method M2.
 */
import fc from 'fast-check';

export type Version = {
  readonly table: number;
  readonly ctid: string;
  readonly xmin: bigint;
  readonly hash: string;
  /** Every transaction that marked the version for deletion; at most one of them commits. */
  readonly killers: { readonly xid: bigint; readonly isMultixact: boolean }[];
};

export type Instant = {
  /** Events before it have happened. */
  readonly time: number;
  readonly nextXid: bigint;
  /** As pg_current_snapshot() reports. */
  readonly xmin: bigint;
  readonly xmax: bigint;
};

export type Beat = { readonly number: number; readonly xid: bigint; readonly time: number };

export type History = {
  readonly versions: readonly Version[];
  readonly s1: Instant;
  readonly s2: Instant;
  /** Every instant between the two beats that bracket the snapshot: each may be the snapshot's. */
  readonly between: readonly Instant[];
  readonly beats: readonly Beat[];
  /** Transaction ids that were given out when the witness was written, some time after S2. */
  readonly end: Instant;
  isCommitted(xid: bigint, instant: Instant): boolean;
};

const weights = { begin: 4, insert: 4, update: 4, delete: 2, commit: 4, abort: 1, savepoint: 2, beat: 1 };
export type Command = {
  readonly action: keyof typeof weights;
  readonly transaction: number;
  readonly row: number;
  readonly isMultixact: boolean;
};

export type Plan = {
  readonly firstXid: bigint;
  /** How far below `firstXid` the transaction of each row lies that was there from the beginning. */
  readonly oldRows: readonly bigint[];
  readonly commands: readonly Command[];
  /** Where S1, its beat, S2's beat and S2 stand among the commands. */
  readonly cuts: readonly number[];
};

const epoch = 1n << 32n;
/** Rows that no vacuum has frozen, rows frozen long ago, and rows whose 32-bit id comes again in this history. */
const ages = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt(1n, 50n) },
  { weight: 1, arbitrary: fc.bigInt(epoch / 2n - 60n, epoch / 2n + 60n) },
  { weight: 2, arbitrary: fc.bigInt(epoch - 90n, epoch + 10n) },
  { weight: 1, arbitrary: fc.constant(3n * epoch) },
);

export const plans: fc.Arbitrary<Plan> = fc
  .record({
    firstXid: fc.oneof(
      fc.bigInt(700n, 800n),
      fc.bigInt(epoch - 30n, epoch + 5n),
      fc.bigInt(2n * epoch - 30n, 2n * epoch + 5n),
    ),
    oldRows: fc.array(ages, { minLength: 1, maxLength: 12 }),
    commands: fc.array(
      fc.record({
        action: fc.oneof(
          ...Object.entries(weights).map(([action, weight]) => ({
            weight,
            arbitrary: fc.constant(action as keyof typeof weights),
          })),
        ),
        transaction: fc.noBias(fc.nat(7)),
        row: fc.noBias(fc.nat(40)),
        isMultixact: fc.nat(3).map((number) => number === 0),
      }),
      { minLength: 20, maxLength: 100, size: 'max' },
    ),
    cuts: fc.array(fc.noBias(fc.nat(70)), { minLength: 4, maxLength: 4 }),
  })
  .map((plan) => ({
    ...plan,
    // Something has happened before S1.
    cuts: plan.cuts
      .map((cut) => Math.floor(plan.commands.length * (0.3 + cut / 100)))
      .sort((left, right) => left - right),
  }));

type Transaction = { readonly ids: bigint[]; current: bigint };

/** Blocks on both sides of the borders between chunks of 16,384 blocks. */
const blocks = [0, 1, 16383, 16384, 16385, 32767, 32768, 40000];

export function simulate(plan: Plan): History {
  const versions: Version[] = [];
  const commits = new Map<bigint, number>();
  const aborted = new Set<bigint>();
  const running: Transaction[] = [];
  const beats: Beat[] = [];
  const between: Instant[] = [];
  let nextXid = skipSpecial(plan.firstXid);
  let latestCompleted = nextXid - 1n;
  let time = 0;
  let lines = 0;
  let hashes = 0;
  let s1: Instant | undefined;

  const newXid = () => {
    const xid = nextXid;
    nextXid = skipSpecial(nextXid + 1n);
    return xid;
  };
  const newHash = () => {
    hashes += 1;
    return String(BigInt.asIntN(64, BigInt(hashes) * 0x9e3779b97f4a7c15n));
  };
  const instant = (): Instant => {
    const xmax = skipSpecial(latestCompleted + 1n);
    const oldest = running.reduce((least, { ids }) => (ids[0] !== undefined && ids[0] < least ? ids[0] : least), xmax);
    return { time, nextXid, xmin: oldest, xmax };
  };
  const finish = (transaction: Transaction) => {
    running.splice(running.indexOf(transaction), 1);
    for (const xid of transaction.ids) if (xid > latestCompleted) latestCompleted = xid;
  };
  const commit = (transaction: Transaction) => {
    for (const xid of transaction.ids) if (!aborted.has(xid)) commits.set(xid, time);
    finish(transaction);
  };
  const isDead = ({ xmin, killers }: Version) => {
    const horizon = s1 === undefined || s1.xmin > instant().xmin ? instant().xmin : s1.xmin;
    return aborted.has(xmin) || killers.some(({ xid }) => commits.has(xid) && xid < horizon);
  };
  const insert = (table: number, xmin: bigint, row: number) => {
    // A vacuumed version leaves its place to a new one.
    const reusable = versions.filter((version) => version.table === table && isDead(version));
    const place = reusable[row % (reusable.length + 1)];
    const isTaken = versions.some(
      (version) => version !== place && version.table === table && version.ctid === place?.ctid && !isDead(version),
    );
    lines += 1;
    const ctid = place === undefined || isTaken ? `(${blocks[row % blocks.length]},${lines})` : place.ctid;
    versions.push({ table, ctid, xmin, hash: newHash(), killers: [] });
  };
  const kill = (transaction: Transaction, { row, isMultixact }: Command): Version | undefined => {
    const own = (xid: bigint) => transaction.ids.includes(xid) && !aborted.has(xid);
    const live = versions.filter(
      ({ xmin, killers }) => (commits.has(xmin) || own(xmin)) && killers.every(({ xid }) => aborted.has(xid)),
    );
    const victim = live[row % Math.max(1, live.length)];
    victim?.killers.push({ xid: transaction.current, isMultixact });
    return victim;
  };
  const beat = () => {
    const xid = newXid();
    if (xid > latestCompleted) latestCompleted = xid;
    commits.set(xid, time);
    beats.push({ number: beats.length + 1, xid, time });
  };
  const obey = (command: Command) => {
    if (command.action === 'beat') return beat();
    if (command.action === 'begin' || running.length === 0) {
      const xid = newXid();
      running.push({ ids: [xid], current: xid });
      return;
    }
    const transaction = running[command.transaction % running.length];
    if (transaction === undefined) return;
    switch (command.action) {
      case 'insert':
        return insert(command.row % 2, transaction.current, command.row);
      case 'update': {
        const old = kill(transaction, command);
        if (old !== undefined) insert(old.table, transaction.current, command.row);
        return;
      }
      case 'delete':
        kill(transaction, command);
        return;
      case 'savepoint': {
        // A subtransaction; sometimes it is rolled back and the transaction goes on as before it.
        const isRolledBack = command.row % 3 === 0 && transaction.current !== transaction.ids[0];
        if (isRolledBack) {
          aborted.add(transaction.current);
          transaction.current = transaction.ids[0] ?? transaction.current;
        } else {
          transaction.current = newXid();
          transaction.ids.push(transaction.current);
        }
        return;
      }
      case 'abort':
        for (const xid of transaction.ids) aborted.add(xid);
        return finish(transaction);
      case 'commit':
        return commit(transaction);
    }
  };

  for (const [index, age] of plan.oldRows.entries()) {
    const xmin = plan.firstXid - age > 2n ? plan.firstXid - age : 2n; // 2: frozen by a PostgreSQL before 9.4
    commits.set(xmin, -1);
    insert(index % 2, xmin, index * 5);
  }
  const [cutS1 = 0, cutB1 = 0, cutB2 = 0, cutS2 = 0] = plan.cuts;
  let s2: Instant | undefined;
  let isBetween = false;
  for (let index = 0; index <= plan.commands.length; index += 1) {
    if (index === cutS1) s1 = instant();
    if (index === cutB1) {
      beat();
      time += 1;
      isBetween = true;
    }
    if (isBetween) between.push(instant());
    if (index === cutB2) {
      isBetween = false;
      beat();
      time += 1;
    }
    if (index === cutS2) s2 = instant();
    const command = plan.commands[index];
    if (command !== undefined) obey(command);
    time += 1;
  }
  if (s1 === undefined || s2 === undefined) throw new Error('the plan has no S1 or no S2');
  const isCommitted = (xid: bigint, at: Instant) => (commits.get(xid) ?? Number.POSITIVE_INFINITY) < at.time;
  return { versions, s1, s2, between, beats, end: instant(), isCommitted };
}

export function visibleAt(history: History, instant: Instant): Version[] {
  return history.versions.filter(
    ({ xmin, killers }) =>
      history.isCommitted(xmin, instant) && !killers.some(({ xid }) => history.isCommitted(xid, instant)),
  );
}

/** The ids whose low half is 0 to 2 are special: no transaction gets them. */
const skipSpecial = (xid: bigint) => (xid % epoch < 3n ? xid - (xid % epoch) + 3n : xid);
