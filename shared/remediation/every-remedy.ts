import type { RemedyName } from '../contracts/remediation/remediation.ts';
import { cancelRunawayStatement, endIdleInTransaction, endRootBlocker } from './end-sessions.ts';
import { freezeOldestTable } from './freeze.ts';
import { growStorage, startStopped } from './instances.ts';
import { isolateCredential } from './isolate.ts';
import type { Remedy } from './remedy.ts';
import { dropDeadSlot, unstickSubscription } from './replication.ts';

/** A remedy is given only the targets that it has found itself: what a machine hands over is parsed, and bears its kind. */
const any = <Target>(remedy: Target): Remedy => remedy as Remedy;

const every: Readonly<Record<RemedyName, Remedy>> = {
  'end-root-blocker': any(endRootBlocker),
  'end-idle-in-transaction': any(endIdleInTransaction),
  'cancel-runaway-statement': any(cancelRunawayStatement),
  'freeze-oldest-table': any(freezeOldestTable),
  'unstick-subscription': any(unstickSubscription),
  'drop-dead-slot': any(dropDeadSlot),
  'grow-storage': any(growStorage),
  'start-stopped': any(startStopped),
  'isolate-credential': any(isolateCredential),
};

export const remedyOf = (name: RemedyName): Remedy => every[name];
