import type { LeasePassReport } from '../contracts/keep-lease/keep-lease.ts';
import { type LeaseTiming, proposedTiming } from '../domain/lease/lease-timing.ts';
import { planPass, validUntil } from '../domain/lease/pass.ts';
import { extendLease, type LeaseState, putUpFence, readLease } from '../pg/fence/fence-session.ts';
import type { connect } from '../pg/session/connect.ts';
import { type Asked, type Registers, readingsAt, readRegisters, writeRegisters } from './registers.ts';

type Session = Awaited<ReturnType<typeof connect>>;

export type LeasePassParts = {
  readonly database: string;
  /** The instance with its region. */
  readonly holder: string;
  readonly mode: LeaseState['mode'];
  readonly registers: Registers;
  readonly session: Session;
  readonly timing?: LeaseTiming;
  readonly now: () => number;
};

/**
 * One pass of the agent of a primary. The database's clock is read before anything is written, and the validity is counted from
 * there. A database that does not answer renews nothing: the other region may take over. One that a person fenced neither.
 */
export async function runLeasePass(parts: LeasePassParts): Promise<LeasePassReport> {
  const { session, mode, holder } = parts;
  const state = await readLease(session);
  if (mode === 'off' || state.byPerson) {
    if (mode !== state.mode && mode !== 'enforce') await extendLease(session, null, mode);
    return report(
      parts,
      await readLease(session),
      nobodyAsked,
      0,
      state.byPerson ? 'fenced by a person' : 'none',
      null,
    );
  }
  const asked = await readRegisters(parts.registers);
  const highest = Math.max(0, ...[...asked.readings.values()].map(({ content }) => content.epoch));
  const at = parts.now();
  const pass = planPass({
    me: holder,
    readings: readingsAt(asked, at),
    watch: {},
    fencedEpoch: state.fencedEpoch,
    now: at,
    waitFor: (parts.timing ?? proposedTiming).waitFor,
    // What nobody has ever held is the primary's; of what another one gave away or lost, a promotion decides.
    mayTake: highest === 0,
  });
  // Where nobody has held the lease yet, nobody else does: a first pass keeps no application out.
  const isFenced = pass.fence !== undefined && mode === 'enforce' && highest > 0;
  if (isFenced) await putUpFence(session, { epoch: highest, byPerson: false });
  const written = await writeRegisters(parts.registers, pass.writes, asked);
  const until = validUntil(state.now, pass, written, (parts.timing ?? proposedTiming).holdFor);
  if (until !== undefined) await extendLease(session, { epoch: pass.epoch, until }, mode);
  else if (mode === 'observe') await extendLease(session, null, mode);
  const did = isFenced ? 'fenced' : until === undefined ? 'waited' : pass.kind === 'take' ? 'took' : 'renewed';
  return report(
    parts,
    await readLease(session),
    asked,
    written.size,
    did,
    highest > 0 ? (pass.fence?.reason ?? null) : null,
  );
}

const nobodyAsked: Asked = { readings: new Map(), silent: [] };

const report = (
  { database, holder, mode }: LeasePassParts,
  state: LeaseState,
  { readings, silent }: Asked,
  registersWritten: number,
  did: LeasePassReport['did'],
  reason: string | null,
): LeasePassReport => ({
  ...{ database, holder, mode, did, reason, registersWritten },
  epoch: state.epoch,
  accepts: state.accepts,
  secondsLeft: Math.max(0, (state.validUntil - state.now) / 1000),
  registersRead: readings.size,
  silent: [...silent].sort((left, right) => left.region.localeCompare(right.region)),
  fenced: [...state.fenced],
  deadManSeconds: state.deadManAt <= 0 ? null : (state.now - state.deadManAt) / 1000,
});
