import { coerceError } from '../../shared/errors.ts';
import type { Grant } from '../iam/usage.ts';
import { everyExercise } from '../permissions/every-exercise.ts';
import type { Exercise } from '../permissions/exercises.ts';
import { grantTable, isSound, permissionLines, reportPermissions } from '../permissions/permission-report.ts';
import { runNames } from '../permissions/run-names.ts';
import { reasonFor } from '../permissions/unused-reasons.ts';
import type { Sandbox } from '../sandbox.ts';
import { makeTerminal, type Terminal } from '../terminal/terminal.ts';
import type { CommandOptions } from './options.ts';
import { peopleCommand } from './people.ts';
import { openSession, type Session } from './session.ts';

/** Enough that waiting is short; a Lambda's own work is not scaled. */
const leastSpeed = 300;
/** What is in the database makes no difference to what is permitted. */
const megabytes = 8;

/**
 * Runs everything that needs permissions, prints for each role what it is granted and was used for, and compares. With `--remove-each` it then
 * takes every statement away in turn: something must fail, or the statement is not needed. Exit code 1 when a
 * permission is missing, too many or wider than used.
 */
export async function permissionsCommand(options: CommandOptions): Promise<number> {
  if (options.people) return await peopleCommand();
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
    const exercises = everyExercise(options.database, session.source.instance);
    const used = await observe(session, exercises);
    const failures = used.flatMap(({ failure }) => failure ?? []);
    for (const failure of failures) terminal.line(`✖ ${failure}`);
    const { iam } = session.sandbox;
    const report = reportPermissions(iam.grants(), iam.denials(), await runNames(session.sandbox));
    for (const line of [...grantTable(report), '', ...permissionLines(report)]) terminal.line(line);
    const isGood = failures.length === 0 && isSound(report);
    if (!isGood || !options.removeEach) return isGood ? 0 : 1;
    return (await removeEach(session, used, terminal)) ? 0 : 1;
  } finally {
    await session.close();
    terminal.clear();
  }
}

/** What one exercise came to, and the statements that permitted what it did. */
type Observed = {
  readonly exercise: Exercise;
  readonly failure: string | undefined;
  readonly used: ReadonlySet<string>;
};

async function observe({ sandbox }: Session, exercises: readonly Exercise[]): Promise<Observed[]> {
  const counts = () => new Map(sandbox.iam.grants().map((grant) => [JSON.stringify(grant), grant] as const));
  const observed: Observed[] = [];
  for (const exercise of exercises) {
    const before = counts();
    const failure = await failureOf(exercise, sandbox);
    const used = [...counts()].flatMap(([key, grant]) => (before.has(key) ? [] : [statementOf(grant)]));
    observed.push({ exercise, failure, used: new Set(used) });
  }
  return observed;
}

/**
 * Answers whether every statement proved to be needed. Those exercises are run that used it; and all of them, before it
 * is said that nothing missed it.
 */
async function removeEach(session: Session, observed: readonly Observed[], terminal: Terminal): Promise<boolean> {
  const { sandbox } = session;
  const { iam } = sandbox;
  const statements = Map.groupBy(
    iam.grants().filter((grant) => reasonFor(grant) === undefined),
    statementOf,
  );
  let needless = 0;
  for (const [number, [statement, [first]]] of [...statements].entries()) {
    if (first === undefined) continue;
    const since = Date.now();
    const title = `without ${first.role} ${first.sid} (${number + 1} of ${statements.size})`;
    terminal.status(title, since);
    iam.withhold(first);
    const [users, others] = [true, false].map((uses) => observed.filter(({ used }) => used.has(statement) === uses));
    let missed: string | undefined;
    for (const { exercise } of [...(users ?? []), ...(others ?? [])]) {
      missed = await failureOf(exercise, sandbox);
      if (missed !== undefined) break;
    }
    iam.withhold(undefined);
    await removeCopies(sandbox);
    if (missed === undefined) needless += 1;
    terminal.line(`${missed === undefined ? '✖' : '✔'} ${title}: ${missed?.slice(0, 160) ?? 'nothing failed'}`);
  }
  terminal.line(`${statements.size} statements were taken away, ${needless} were not missed`);
  // What failed has left nothing behind by which another one failed.
  const after = (
    await observe(
      session,
      observed.map(({ exercise }) => exercise),
    )
  ).flatMap(({ failure }) => failure ?? []);
  for (const failure of after) terminal.line(`✖ with all of them given back: ${failure}`);
  return needless === 0 && after.length === 0;
}

/** What a workflow without permission could not remove must not fail the next exercise. */
async function removeCopies(sandbox: Sandbox): Promise<void> {
  const { inspect } = sandbox.rds;
  const caller = sandbox.credentials.operator.caller;
  await inspect.idle();
  for (const { identifier, region } of inspect.instances()) {
    if (!identifier.startsWith('gd-copy-')) continue;
    const input = { DBInstanceIdentifier: identifier, SkipFinalSnapshot: true, DeleteAutomatedBackups: true };
    await sandbox.dispatch('rds', 'DeleteDBInstance', input, { region, caller });
  }
  await inspect.idle();
}

const statementOf = ({ role, policy, sid }: Grant): string => JSON.stringify([role, policy, sid]);

async function failureOf({ title, run }: Exercise, sandbox: Sandbox): Promise<string | undefined> {
  const failure = await run(sandbox).catch((thrown: unknown) => coerceError(thrown).message);
  return failure === undefined ? undefined : `${title}: ${failure}`;
}
