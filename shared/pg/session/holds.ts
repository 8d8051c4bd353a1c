import type { HeldSnapshot } from '../../contracts/progress/witness-progress.ts';
import { snapshotIsLeft } from '../../deadlines.ts';
import { type ConnectionTarget, withConnection } from './connect.ts';
import {
  adoptSnapshot,
  type ExportedSnapshot,
  endLeft,
  exportSnapshot,
  holderOf,
  type PreparedSnapshot,
  prepareSnapshot,
} from './exported-snapshot.ts';

/** S1 and S2 as one call holds them. */
export type Holds = {
  readonly s1: () => ExportedSnapshot;
  readonly s2: () => ExportedSnapshot | undefined;
  hold(name: 'S1' | 'S2', left?: HeldSnapshot): Promise<ExportedSnapshot>;
  /** For whoever must not wait for a login; `keep` makes it the one that is held. */
  prepare(name: 'S1'): Promise<PreparedSnapshot>;
  keep(name: 'S1', snapshot: ExportedSnapshot): void;
  releaseAll(): Promise<void>;
  /** When no call goes on: those too that earlier calls have left in other processes. */
  endAll(): Promise<void>;
  leaveAll(): Promise<void>;
};

/**
 * Snapshots that this process holds for a call that has not come yet, by id. When that call comes to this process, it
 * closes them here once it has adopted them; elsewhere they stay for whoever has to adopt them again, until `endLeft`.
 */
const left = new Map<string, ExportedSnapshot>();

/** `run` reports the sessions of one run from those of another. */
export function makeHolds(target: ConnectionTarget, run: string, deadline: () => number): Holds {
  const held = new Map<string, ExportedSnapshot>();
  let wasAdopted = false;
  const releaseAll = async () => {
    await Promise.all([...held.values()].map((snapshot) => snapshot.release()));
  };
  return {
    s1() {
      const found = held.get('S1');
      if (found === undefined) throw new Error('S1 is not held');
      return found;
    },
    s2: () => held.get('S2'),
    async hold(name, before) {
      const snapshot = await (before === undefined
        ? exportSnapshot(target, holderOf(name, run), deadline())
        : adoptSnapshot(target, holderOf(name, run), before, deadline()));
      held.set(name, snapshot);
      if (before !== undefined) {
        wasAdopted = true;
        await left.get(before.id)?.release();
        left.delete(before.id);
      }
      return snapshot;
    },
    prepare: (name) => prepareSnapshot(target, holderOf(name, run), deadline()),
    keep: (name, snapshot) => void held.set(name, snapshot),
    releaseAll,
    async endAll() {
      await releaseAll();
      // Where it cannot be done, their time ends them.
      if (wasAdopted)
        await withConnection(target, { purpose: 'ends snapshots' }, (client) => endLeft(client, run)).catch(
          () => undefined,
        );
    },
    async leaveAll() {
      for (const snapshot of held.values()) {
        await snapshot.leave(snapshotIsLeft);
        left.set(snapshot.id, snapshot);
      }
    },
  };
}
