import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { planSetup } from '../domain/readiness/plan-setup.ts';
import type { SetupPlan, SetupSide, SetupStep, SetupWanted } from '../domain/readiness/setup.ts';
import { coerceError } from '../errors.ts';
import { readDatabaseFacts } from '../pg/readiness/read-database-facts.ts';
import { readSetupFacts } from '../pg/setup/read-setup-facts.ts';
import { SetupBusyError, SetupFailedError, StandbyCannotReachPrimaryError } from './errors.ts';

/** `owner`: of the role that sets up; `reader`: of the one that reads what readiness knows; `fence`: where there is one. */
export type SetupSessions = {
  readonly primary: { readonly reader: pg.ClientBase; readonly owner: pg.ClientBase; readonly fence?: pg.ClientBase };
  readonly standby: { readonly reader: pg.ClientBase; readonly owner: pg.ClientBase };
};

/** Any fixed number: two set-ups of one database do not mix. */
const setupLock = 7_246_331;
/** A step may make the next one possible: a publication, then what is subscribed to. */
const mostRounds = 3;
const untilWorker = 30_000;

export async function planned(sessions: SetupSessions, wanted: SetupWanted): Promise<SetupPlan> {
  const [primary, standby] = await both(sessions, wanted);
  return planSetup(primary, standby, wanted);
}

/**
 * Takes the steps that are missing, each a transaction of its own, and looks again. A run that was cut off anywhere is repeated: what it
 * has done is found done. Answers what is left to a person.
 */
export async function setUp(
  sessions: SetupSessions,
  wanted: SetupWanted,
  onStep: (step: SetupStep) => void,
): Promise<SetupPlan['refused']> {
  const { owner } = sessions.primary;
  const { rows } = await owner.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [setupLock]);
  if (rows[0]?.mine !== true) {
    throw new SetupBusyError('another dr-setup of this database is at work', {
      hints: ['Wait until it has ended, and look at the plan again.'],
    });
  }
  try {
    let { steps, refused } = await planned(sessions, wanted);
    for (let round = 1; steps.length > 0 && round <= mostRounds; round += 1) {
      for (const step of steps) await take(sessions, step, onStep);
      await worker(sessions, wanted);
      ({ steps, refused } = await planned(sessions, { ...wanted, copyAnew: false }));
    }
    if (steps.length === 0) return refused;
    throw new SetupFailedError(
      `steps were taken and are still missing: ${steps.map(({ title }) => title).join('; ')}`,
      {
        hints: [
          'Does somebody change the publication or the subscription at the same time?',
          'Read the log of the standby.',
        ],
      },
    );
  } finally {
    await owner.query('select pg_advisory_unlock($1)', [setupLock]);
  }
}

async function both(sessions: SetupSessions, wanted: SetupWanted): Promise<readonly [SetupSide, SetupSide]> {
  const { primary, standby } = sessions;
  return [
    {
      facts: await readDatabaseFacts(primary.reader, primary.fence),
      setup: await readSetupFacts(primary.owner, wanted.fencedRoles),
    },
    {
      facts: await readDatabaseFacts(standby.reader),
      setup: await readSetupFacts(standby.owner, wanted.fencedRoles),
    },
  ];
}

async function take(sessions: SetupSessions, step: SetupStep, onStep: (step: SetupStep) => void): Promise<void> {
  try {
    await sessions[step.side].owner.query(`/* pg-gameday:setup */ ${step.sql}`);
    onStep(step);
  } catch (thrown) {
    const cause = coerceError(thrown);
    if (/could not connect to the publisher|could not receive|terminated by administrator/.test(cause.message)) {
      throw new StandbyCannotReachPrimaryError(`step '${step.title}': the standby cannot connect to the primary`, {
        hints: [
          'Is there a VPC peering with routes in both directions, and does the name of the primary resolve there?',
          'Does the security group of the primary let the standby in, and no network ACL forbid it?',
          'Does the secret of gameday_replicate hold its password on the primary?',
        ],
        cause,
      });
    }
    throw new SetupFailedError(`step '${step.title}' on the ${step.side} failed: ${cause.message}`, {
      hints: ['Mend what the message names, and run dr-setup again: what is done is not done twice.'],
      cause,
    });
  }
}

/** Looks that the subscription has come to life, so that the next plan does not take its birth for a fault. */
async function worker({ standby }: SetupSessions, { subscription }: SetupWanted): Promise<void> {
  const sql = `/* pg-gameday:setup */ select from pg_subscription s join pg_database d on d.oid = s.subdbid
    where s.subname = $1 and d.datname = current_database() and s.subenabled
      and not exists (select from pg_stat_subscription w where w.subid = s.oid and w.pid is not null)`;
  for (const until = Date.now() + untilWorker; Date.now() < until; await pause(200)) {
    const { rowCount } = await standby.reader.query(sql, [subscription]);
    if (rowCount === 0) return;
  }
}
