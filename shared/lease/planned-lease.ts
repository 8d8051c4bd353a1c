import type { PlannedLease } from '../contracts/dr-promotion/lease.ts';
import type { Replay } from '../contracts/dr-promotion/replay.ts';
import { isSelfFencing } from '../domain/lease/self-fencing.ts';
import { observe } from '../domain/lease/watch.ts';
import type { LeaseState } from '../pg/fence/fence-session.ts';
import type { DatabasePolicy } from '../policy/schema.ts';
import { type Registers, readingsAt, readRegisters } from './registers.ts';

/** The lease as a promotion finds it; null where the database has none. `copied`: its row as the replica has it. */
export async function plannedLease(
  mode: DatabasePolicy['lease']['mode'],
  registers: Registers,
  copied: LeaseState | undefined,
  replay: Replay | null,
): Promise<{ readonly lease: PlannedLease | null; readonly silent: readonly string[] }> {
  if (mode === 'off' || registers.size === 0) return { lease: null, silent: [] };
  const asked = await readRegisters(registers);
  const contents = [...asked.readings.values()].map(({ content }) => content);
  const newest = contents.reduce((most, one) => (one.epoch > most.epoch ? one : most), {
    epoch: 0,
    holder: null as string | null,
  });
  return {
    lease: {
      mode,
      holder: newest.holder,
      epoch: newest.epoch,
      isFence: mode === 'enforce' && newest.epoch > 0 && isSelfFencing(copied, replay?.lastCommitAt ?? null),
      watch: observe({}, readingsAt(asked, 0)),
    },
    silent: asked.silent.map(({ region }) => region).sort(),
  };
}
