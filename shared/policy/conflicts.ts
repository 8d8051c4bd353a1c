import type { Fault } from '../faults.ts';
import { accountsShared } from './conflicts/accounts.ts';
import { alertsUnheard } from './conflicts/alert.ts';
import { bracketsThatDoNotWiden, retentionsThatDoNotKeepUp } from './conflicts/backup-plan.ts';
import { limitsOutOfOrder, monitorsOfOthers } from './conflicts/costs.ts';
import { databasesOutOfPlace, officeHoursOfSources } from './conflicts/databases.ts';
import { namesWithoutGround } from './conflicts/dns.ts';
import { alarmLinesOutOfOrder, platformMetricsWithoutLines, windowsOfStrangers } from './conflicts/health.ts';
import { leasesWithoutGround } from './conflicts/lease.ts';
import { promotionsWithoutGround } from './conflicts/promotion.ts';
import { severitiesUnheard } from './conflicts/receivers.ts';
import { networksMissing, secondRegionsOutOfPlace } from './conflicts/regions.ts';
import { remediesWithoutBounds } from './conflicts/remediation.ts';
import type { Operations } from './schema.ts';

type Conflicts = (operations: Operations) => Iterable<Fault>;

/** What a schema cannot say, because it takes two settings to be wrong. */
export const findConflicts = (operations: Operations): Fault[] => rules.flatMap((rule) => [...rule(operations)]);

const rules: readonly Conflicts[] = [
  databasesOutOfPlace,
  accountsShared,
  officeHoursOfSources,
  severitiesUnheard,
  limitsOutOfOrder,
  monitorsOfOthers,
  secondRegionsOutOfPlace,
  networksMissing,
  bracketsThatDoNotWiden,
  retentionsThatDoNotKeepUp,
  alarmLinesOutOfOrder,
  windowsOfStrangers,
  platformMetricsWithoutLines,
  remediesWithoutBounds,
  alertsUnheard,
  leasesWithoutGround,
  namesWithoutGround,
  promotionsWithoutGround,
];
