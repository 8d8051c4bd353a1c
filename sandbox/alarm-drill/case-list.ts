import type { AlarmCase } from './alarm-case.ts';
import { checksumCases } from './cases/checksums.ts';
import { collectorCases, eventCases } from './cases/collector.ts';
import { deadlockCases } from './cases/deadlocks.ts';
import { idCases } from './cases/ids.ts';
import { lockCases } from './cases/locks.ts';
import { replicationCases } from './cases/replication.ts';
import { sessionCases } from './cases/sessions.ts';
import { slotCases } from './cases/slots.ts';
import { bloatCases, cacheCases, indexCases, sequenceCases } from './cases/storage.ts';
import { upkeepCases } from './cases/upkeep.ts';
import { vacuumCases } from './cases/vacuum.ts';

/** Every case, in the order in which they are driven: the drill and the tests run these and no others. */
export const alarmCases: readonly AlarmCase[] = [
  ...collectorCases,
  ...sessionCases,
  ...deadlockCases,
  ...lockCases,
  ...cacheCases,
  ...checksumCases,
  ...upkeepCases,
  ...sequenceCases,
  ...bloatCases,
  ...indexCases,
  ...vacuumCases,
  ...slotCases,
  ...replicationCases,
  ...eventCases,
  ...idCases,
];
