import { exercisesOfAlert } from './alert-exercises.ts';
import { exercisesOfDisasterRecovery } from './dr-exercises.ts';
import { type Exercise, exercisesOfBackupAndVerify } from './exercises.ts';
import { exercisesOfLogs } from './health-exercises.ts';
import { exercisesOfHousekeeping } from './housekeeping-exercises.ts';
import { exercisesOfMoney } from './money-exercises.ts';
import { exercisesOfNotification } from './notification-exercises.ts';
import { exercisesOfFailback, exercisesOfPromotion } from './promotion-exercises.ts';
import { exercisesOfDecision } from './recovery/decision-exercises.ts';
import { exercisesOfDrill } from './recovery/drill-exercises.ts';
import { exercisesOfRemediation } from './remediation-exercises.ts';
import { exercisesOfRestoreTest } from './restore-exercises.ts';
import { exercisesOfRestore } from './restored-exercises.ts';

/** In an order in which each finds what those before it have left. */
export const everyExercise = (database: string, sourceInstanceId: string): readonly Exercise[] => [
  ...exercisesOfBackupAndVerify(database, sourceInstanceId),
  ...exercisesOfRestoreTest(database, sourceInstanceId),
  ...exercisesOfRestore(database, sourceInstanceId),
  ...exercisesOfHousekeeping(database, sourceInstanceId),
  ...exercisesOfDisasterRecovery(database),
  ...exercisesOfLogs(database, sourceInstanceId),
  ...exercisesOfMoney(),
  ...exercisesOfNotification(database),
  ...exercisesOfRemediation(database, sourceInstanceId),
  ...exercisesOfAlert(),
  ...exercisesOfDrill(database, sourceInstanceId),
  ...exercisesOfPromotion(database, sourceInstanceId), // the last but one: the primary is another one then
  ...exercisesOfDecision(database, sourceInstanceId), // whose replica can be asked, and whose lease is another's
  ...exercisesOfFailback(database),
];
