import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { WitnessProgress } from '../../contracts/progress/witness-progress.ts';
import type { Heartbeat, WitnessHeader } from '../../contracts/witness.ts';
import { chunkDeadline, snapshotIsLeft } from '../../deadlines.ts';
import { coerceError, OperationError, WitnessDeadlineError } from '../../errors.ts';
import { copiedOf, isCopied, noteChangedCopies, readCopies, untilCounted } from '../foreign-code/copied-relations.ts';
import { makeGuard } from '../foreign-code/guard.ts';
import { type PausedAs, pausedS1, reportedPause, valuesBefore } from '../pause/paused-s1.ts';
import { type CallTime, makeCallTime } from '../session/call-time.ts';
import { type ConnectionTarget, withConnection } from '../session/connect.ts';
import { type Holds, makeHolds } from '../session/holds.ts';
import { readSelfStarting } from '../session/self-starting.ts';
import { readServerFacts } from '../session/server-facts.ts';
import { type SessionPool, withSessionPool } from '../session/session-pool.ts';
import { assembleWitness, type TakenWitness } from './assemble-witness.ts';
import { noteChangedRelations } from './changed-relations.ts';
import { countUnproven } from './count-unproven.ts';
import { type Heart, startHeart } from './heartbeat.ts';
import { readCatalogue } from './read-catalogue.ts';
import { progressReported } from './table-batches.ts';
import { isSummed, noSums, sumTables } from './table-scan.ts';
import { isListed, listTouchedRows, noTouchedRows, type TouchedRowLimits, touchedRowLimits } from './touched-rows.ts';
import { type Catalogue, progressOf, stateOf, type WitnessState } from './witness-state.ts';

/** The snapshot of the instance, as seen from here. */
export type WitnessedSnapshot = {
  readonly id: string;
  create(): Promise<void>;
  /** Undefined until the instant lies in the past; `settled` when it surely does, whatever the clocks say. */
  createdAt(): Promise<{ at: string; settled: boolean } | undefined>;
};

export type WitnessRequest = {
  readonly target: ConnectionTarget;
  readonly snapshot: WitnessedSnapshot;
  readonly connections: number;
  readonly marginSeconds: number;
  /** From S1 on, over all calls. */
  readonly deadlineSeconds: number;
  /** Absent: the writers are not paused. */
  readonly pausedAs?: PausedAs | undefined;
  /** Roles whose code may run as ours, beside superusers and the master user. */
  readonly trustedOwners?: readonly string[];
  /** What a function's memory carries, when absent. */
  readonly touchedRowLimits?: TouchedRowLimits;
  /** Milliseconds that what DDL has locked is asked for again; `lockPatience` when absent. */
  readonly lockPatience?: number;
  /** Milliseconds in which every session reports the changes it made; `changesCounted` when absent. */
  readonly changesCounted?: number;
  /** Milliseconds that this call may work before it has to say what it did. */
  remainingTime(): number;
  /** RDS says so of the source. */
  readonly waitsForReboot?: boolean;
  /** What the call before has left. */
  readonly progress: WitnessProgress | undefined;
  readonly identity: Pick<WitnessHeader, 'executionName' | 'attempt' | 'instanceId' | 'database'>;
  onProgress(progress: { readonly step: string; readonly done: number; readonly total: number }): void;
};

/** `progress`: the time of the call was not enough, and the next one has to go on within two minutes. */
export type WitnessResult =
  | { readonly complete: true; readonly witness: TakenWitness }
  | { readonly complete: false; readonly progress: WitnessProgress };

/**
 * Takes the witness of a snapshot: method M2. Nothing is locked beyond the ACCESS SHARE of a read, and that only
 * while one chunk is read.
 *
 *   S1 ─ catalogue ─ beat 1 ─ CreateDBSnapshot ─ … instant L … ─ margin ─ beat 2 ─ S2 ─ catalogue ─ touched rows
 *
 * Beat 1 begins after S1 was taken: a copy that holds it holds every transaction that S1 sees. Beat 2 is committed
 * before S2 is taken: a copy without it holds no transaction that S2 does not see (but for one that committed in
 * the microseconds of beat 2, which would show as unverifiable rows).
 * Table sums may be taken at any time under S1; they run while the snapshot is being made.
 *
 * A call whose time is over leaves S1 and S2 open and reports its progress; the next call adopts them and goes on.
 */
export async function takeWitness(request: WitnessRequest): Promise<WitnessResult> {
  const startedAt = request.progress === undefined ? new Date() : new Date(request.progress.startedAt);
  const deadlineAt = startedAt.getTime() + request.deadlineSeconds * 1000;
  const remaining = () => deadlineAt - Date.now();
  const run = createHash('sha256').update(request.identity.executionName).digest('hex').slice(0, 12);
  const goesOn = request.progress !== undefined;
  const heart = await startHeart(request.target, { run, goesOn }, undefined, request.lockPatience);
  const held = makeHolds(request.target, run, () => Math.min(remaining(), request.remainingTime() + snapshotIsLeft));
  try {
    const result = await withSessionPool(
      request.target,
      { purpose: 'reads the source', tablesOnly: true, size: request.connections, statementTimeout: chunkDeadline },
      async (pool) => {
        const state =
          request.progress === undefined
            ? await begin(request, startedAt, heart, held)
            : await resume(request.progress, held);
        return goOn(request, state, heart, pool, held, remaining);
      },
    );
    await (result.complete ? held.endAll() : held.leaveAll());
    await heart.stop();
    return result.complete ? result : { complete: false, progress: withBeats(result.progress, heart.beats) };
  } catch (thrown) {
    await held.releaseAll();
    if (remaining() > 0 || thrown instanceof OperationError) throw thrown;
    throw pastDeadline(request, thrown);
  } finally {
    await heart.stop();
  }
}

/** A beat may be written until the heart has stopped: the copy may hold it as its newest. */
const withBeats = (progress: WitnessProgress, beats: readonly Heartbeat[]): WitnessProgress => ({
  ...progress,
  beats: [...progress.beats, ...beats],
});

const pastDeadline = ({ snapshot, deadlineSeconds }: WitnessRequest, cause?: unknown) =>
  new WitnessDeadlineError(
    `witness of '${snapshot.id}' was not complete after ${deadlineSeconds} s, which is its deadline`,
    {
      hints: ['Raise backupPlan.bracket.connections or backupPlan.bracket.deadlineSeconds in operations.yml.'],
      ...(cause === undefined ? {} : { cause: coerceError(cause) }),
    },
  );

async function begin(request: WitnessRequest, startedAt: Date, heart: Heart, held: Holds): Promise<WitnessState> {
  const { target, snapshot } = request;
  const server = await withConnection(target, { purpose: 'reads the catalogue' }, async (client) => ({
    ...(await readServerFacts(client)),
    selfStarting: await readSelfStarting(client),
  }));
  const paused = await pausedS1(request, held, () => heart.beat());
  const s1 = paused === undefined || 'missed' in paused.pause ? await held.hold('S1') : held.s1();
  const { catalogue, copies } = await readCatalogue(request, s1.id);
  const atS1 =
    paused === undefined ? catalogue : { ...catalogue, sequences: valuesBefore(paused.sequences, catalogue.sequences) };
  const relations = provableOf(atS1);
  const firstBeat = await heart.beat();
  await snapshot.create();
  return {
    startedAt,
    server: request.waitsForReboot === true ? { ...server, waitsForReboot: true } : server,
    atS1,
    firstBeat,
    sums: noSums(relations),
    touched: noTouchedRows(relations),
    copies,
    notes: { gaps: new Map(), damage: new Map() },
    beats: [],
    pause: paused === undefined ? undefined : reportedPause(paused, atS1.relations),
    end: undefined,
  };
}

async function resume(progress: WitnessProgress, held: Holds): Promise<WitnessState> {
  await held.hold('S1', progress.s1);
  if (progress.s2 !== null) await held.hold('S2', progress.s2);
  return stateOf(progress);
}

/** By queries; those with foreign code are read by COPY. */
const provableOf = ({ relations }: Catalogue) =>
  relations.filter(({ gap, code }) => gap === undefined && code === undefined);

async function goOn(
  request: WitnessRequest,
  state: WitnessState,
  heart: Heart,
  pool: SessionPool,
  held: Holds,
  remaining: () => number,
): Promise<WitnessResult> {
  const relations = provableOf(state.atS1);
  const copied = copiedOf(state.atS1.relations);
  const { sums, touched, notes, copies } = state;
  const time = makeCallTime(() => Math.min(request.remainingTime(), remaining()));
  const guard = makeGuard(request.trustedOwners ?? [], state.atS1.relations);
  const copyWork = { pool, notes, time, guard, patience: request.lockPatience };
  const progress = progressReported(relations, request);
  const unfinished = (): WitnessResult => {
    if (remaining() <= 0) throw pastDeadline(request);
    return { complete: false, progress: progressOf(state, { s1: held.s1(), s2: held.s2() }) };
  };

  const readAtS1 = async () => {
    await readCopies(copyWork, copied, copies, 'atS1', held.s1().id);
    await sumTables(pool, held.s1().id, relations, sums, notes, time, progress('sum'), guard, request.lockPatience);
  };
  // Both run to their end before anything is thrown: no query of ours outlives this function.
  const [summed, ended] = await Promise.allSettled([
    readAtS1(),
    state.end === undefined ? endBracket(request, state, heart, held, time, remaining) : undefined,
  ]);
  if (ended.status === 'rejected') throw ended.reason;
  if (summed.status === 'rejected') throw summed.reason;
  const s2 = held.s2();
  const { end } = state;
  if (s2 === undefined || end === undefined || !isSummed(relations, sums, notes)) return unfinished();
  if (!isCopied(copied, copies, 'atS1', notes)) return unfinished();
  await readCopies(copyWork, copied, copies, 'atS2', s2.id);
  if (!isCopied(copied, copies, 'atS2', notes)) return unfinished();

  const sizeAtS2 = new Map(end.atS2.relations.map(({ oid, bytes }) => [oid, bytes]));
  const grown = relations.map((relation) => ({ ...relation, bytes: sizeAtS2.get(relation.oid) ?? relation.bytes }));
  const { nextMultixact } = end.atS2;
  const limits = request.touchedRowLimits ?? touchedRowLimits;
  const onChunk = progress('touched rows');
  await listTouchedRows(grown, touched, {
    pool,
    s1: held.s1(),
    s2,
    nextMultixact,
    limits,
    notes,
    time,
    onChunk,
    guard,
    patience: request.lockPatience,
  });
  if (!isListed(grown, touched, notes)) return unfinished();
  if (copied.some(({ oid }) => !notes.gaps.has(oid) && !notes.damage.has(oid))) {
    const wait = untilCounted(s2.at, request.changesCounted);
    if (time.left() < wait) return unfinished();
    await delay(wait);
    await noteChangedCopies(copyWork, copied, copies);
  }
  const identity = { ...request.identity, snapshotId: request.snapshot.id };
  const known = new Set(state.atS1.relations.map(({ oid }) => oid));
  const users = end.atS2.relations.filter(({ kind, code }) => kind !== 'catalogue' && code === undefined);
  const unproven = users.filter(({ oid, gap, estimatedRows }) =>
    // What no backup holds is nothing; what the role sees in part is not counted by it.
    gap === undefined ? !known.has(oid) || notes.gaps.has(oid) || notes.damage.has(oid) : estimatedRows === null,
  );
  const counted = await countUnproven(
    pool,
    s2,
    unproven,
    time,
    makeGuard(request.trustedOwners ?? [], end.atS2.relations),
  );
  const taken = { s1: held.s1(), s2, beats: heart.beats, counted };
  return { complete: true, witness: assembleWitness(identity, state, end, taken) };
}

/** Beat 2, S2 and what the catalogue has become, once the instant is past; nothing when the call is over before that. */
async function endBracket(
  request: WitnessRequest,
  state: WitnessState,
  heart: Heart,
  held: Holds,
  time: CallTime,
  remaining: () => number,
): Promise<void> {
  const snapshotCreatedAt = await awaitInstant(request, time, remaining);
  if (snapshotCreatedAt === undefined) return;
  const lastBeat = await heart.beat();
  const { catalogue: atS2 } = await readCatalogue(request, (await held.hold('S2')).id);
  const relations = state.atS1.relations.filter(({ gap }) => gap === undefined);
  noteChangedRelations(relations, new Map(atS2.relations.map((one) => [one.oid, one])), state.notes);
  state.end = { snapshotCreatedAt, lastBeat, atS2 };
}

/**
 * Waits until the snapshot's instant is past, and the margin after it. Resolves to the creation time that RDS reports;
 * undefined when the time of this call is not enough.
 */
async function awaitInstant(
  { snapshot, marginSeconds, deadlineSeconds, onProgress }: WitnessRequest,
  time: CallTime,
  remaining: () => number,
): Promise<string | undefined> {
  const pollMilliseconds = 1000;
  for (;;) {
    if (remaining() <= 0) {
      throw new WitnessDeadlineError(
        `snapshot '${snapshot.id}' reported no creation time within ${deadlineSeconds} s, the deadline of S1`,
        {
          hints: [
            'Is another snapshot of the instance in progress?',
            'Was the storage of the instance modified lately?',
          ],
        },
      );
    }
    const created = await snapshot.createdAt();
    if (created?.settled) return created.at;
    if (created !== undefined && time.left() > (marginSeconds + 1) * 1000) {
      await delay(marginSeconds * 1000);
      return created.at;
    }
    // Its own deadline is reported above; the time of the call alone makes it wait for the next one.
    if (time.left() < pollMilliseconds && remaining() > pollMilliseconds) return undefined;
    onProgress({ step: 'snapshot', done: 0, total: 1 });
    await delay(pollMilliseconds);
  }
}
