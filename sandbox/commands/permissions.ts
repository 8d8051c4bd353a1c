import { exercisesOfBackupAndVerify } from '../iam/exercises.ts';
import { exercisesOfHousekeeping } from '../iam/housekeeping-exercises.ts';
import { exercisesOfMoney } from '../iam/money-exercises.ts';
import { exercisesOfNotification } from '../iam/notification-exercises.ts';
import { permissionLines, reportPermissions } from '../iam/permission-report.ts';
import { reasonFor } from '../iam/unused-reasons.ts';
import { makeTerminal, type Terminal } from '../terminal/terminal.ts';
import type { CommandOptions } from './options.ts';
import { openSession, type Session } from './session.ts';

/** Enough that waiting is short; a Lambda's own work is not scaled. */
const leastSpeed = 300;
/** What is in the database makes no difference to what is permitted. */
const megabytes = 8;

/**
 * Runs everything that needs permissions and compares it with what the roles grant. With `--remove-each` it then
 * takes every statement away in turn: something must fail, or the statement is not needed. Exit code 1 when a
 * permission is missing or too many.
 */
export async function permissionsCommand(options: CommandOptions): Promise<number> {
  const terminal = makeTerminal();
  // Hot rows that many writers change cannot be proven, and whether they can is not the question here.
  const session = await openSession(
    {
      ...options,
      megabytes: Math.min(options.megabytes, megabytes),
      writesPerSecond: 0,
      speed: Math.max(options.speed, leastSpeed),
    },
    terminal,
  );
  try {
    terminal.line();
    const failures = await exercise(session, options.database);
    for (const failure of failures) terminal.line(`✖ ${failure}`);
    const { iam } = session.sandbox;
    const report = reportPermissions(iam.grants(), iam.denials());
    for (const line of permissionLines(report)) terminal.line(line);
    const isGood = failures.length === 0 && report.unused.length === 0 && report.missing.length === 0;
    if (!isGood || !options.removeEach) return isGood ? 0 : 1;
    return (await removeEach(session, options.database, terminal)) ? 0 : 1;
  } finally {
    await session.close();
    terminal.clear();
  }
}

/** Answers whether every statement proved to be needed. */
async function removeEach(session: Session, database: string, terminal: Terminal): Promise<boolean> {
  const { iam } = session.sandbox;
  const statements = Map.groupBy(
    iam.grants().filter((grant) => reasonFor(grant) === undefined),
    ({ role, policy, sid }) => JSON.stringify([role, policy, sid]),
  );
  let needless = 0;
  for (const [number, [first]] of [...statements.values()].entries()) {
    if (first === undefined) continue;
    const since = Date.now();
    const title = `without ${first.role} ${first.sid} (${number + 1} of ${statements.size})`;
    terminal.status(title, since);
    iam.withhold(first);
    const failures = await exercise(session, database);
    iam.withhold(undefined);
    if (failures.length === 0) needless += 1;
    terminal.line(`${failures.length > 0 ? '✔' : '✖'} ${title}: ${failures[0]?.slice(0, 160) ?? 'nothing failed'}`);
  }
  terminal.line(`${statements.size} statements were taken away, ${needless} were not missed`);
  return needless === 0;
}

async function exercise({ sandbox, source }: Session, database: string): Promise<string[]> {
  const failures: string[] = [];
  for (const { title, run } of [
    ...exercisesOfBackupAndVerify(database, source.instance),
    ...exercisesOfHousekeeping(database, source.instance),
    ...exercisesOfMoney(),
    ...exercisesOfNotification(database),
  ]) {
    const failure = await run(sandbox);
    if (failure !== undefined) failures.push(`${title}: ${failure}`);
  }
  return failures;
}
