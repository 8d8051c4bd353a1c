import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Incident } from '../../../shared/contracts/alert/alert.ts';
import { changeAlarm, openPeople, type People } from '../../demo/people.ts';
import { type Sandbox, startSandbox } from '../../sandbox.ts';
import { type Drill, type DrillScene, pageAt } from '../drill.ts';
import { eventually, incidentsIn } from './watch.ts';

const database = 'fantasy';
const minute = 60_000;
/** Days of waiting are seconds there; what a function takes is hours, so that answers are given in the other one. */
const greatSpeed = 20_000;

type Case = { readonly line: string; readonly isGood: boolean };
let cases = async (): Promise<Case[]> => [];

/**
 * A P1 that is answered in its time, with enough left for a slow machine, one that nobody answers, and a P3 of a Friday evening,
 * before a plain weekend and before one with a holiday.
 */
export const drill: Drill = {
  lasts: 'two minutes',
  costs: 'the executions of a few Lambdas for each incident',
  event: 'events/alert/damaged-pages.json',
  megabytes: 8,
  async prepare(scene) {
    const people = await openPeople(scene.sandbox);
    const begun = [answered(scene.sandbox, people), unanswered(scene.sandbox), ...fridays(scene)];
    const settled = Promise.allSettled(begun).then(() => undefined);
    cases = () => Promise.all(begun);
    // Those of other sandboxes end them.
    scene.ends.defer(() => settled);
    return undefined;
  },
  async show({ output, read }) {
    const shown = await cases();
    const { pageKey = '' } = (output ?? {}) as { pageKey?: string };
    const page = await pageAt(read, pageKey);
    return {
      lines: shown.map(({ line, isGood }) => `${isGood ? '✔' : '✖'} ${line}`),
      isGood: shown.every(({ isGood }) => isGood),
      files: new Map(page),
    };
  },
};

const alarm = (kind: string, metric: string, severity: string) => ({
  ...{ name: `pg-gameday-${kind}-critical-${database}-dev`, severity, metric, dimensions: { Database: database } },
  ...{ newest: 2, threshold: 0 },
});
const incidentOf = async (sandbox: Sandbox, cause: string): Promise<Incident | undefined> =>
  (await incidentsIn(sandbox)).find((one) => one.subject === database && one.cause === cause);
const rolesOf = (incident: Incident | undefined): string =>
  (incident?.steps ?? []).map(({ role }) => role).join(', then ');

/** The incident of the event file, whose execution the drill shows. */
async function answered(sandbox: Sandbox, people: People): Promise<Case> {
  const link = await eventually(async () => {
    const id = (await incidentOf(sandbox, 'checksums'))?.id;
    return people.got.map(people.linkIn).find((url) => id !== undefined && url?.includes(id));
  });
  await sandbox.clock.wait(5 * minute);
  const { status } = await fetch(link, { method: 'POST' });
  await sandbox.clock.wait(12 * minute);
  const incident = await incidentOf(sandbox, 'checksums');
  await changeAlarm(sandbox, {
    ...alarm('checksums', 'ChecksumFailures', 'P1'),
    value: 'OK',
    at: new Date(),
    newest: 0,
  });
  const isGood = status === 200 && incident?.acknowledged?.way === 'link' && incident.steps.length === 1;
  return {
    line: `P1, answered after 5 minutes by the button: asked ${rolesOf(incident)}, and nobody after 15`,
    isGood,
  };
}

async function unanswered(sandbox: Sandbox): Promise<Case> {
  await changeAlarm(sandbox, { ...alarm('deadlocks', 'DeadlocksPerHour', 'P1'), value: 'ALARM', at: new Date() });
  const incident = await eventually(async () => {
    const found = await incidentOf(sandbox, 'deadlocks');
    return (found?.steps.length ?? 0) > 1 ? found : undefined;
  });
  await changeAlarm(sandbox, {
    ...alarm('deadlocks', 'DeadlocksPerHour', 'P1'),
    value: 'OK',
    at: new Date(Date.now() + minute),
    newest: 0,
  });
  return {
    line: `P1, unanswered for 15 minutes: asked ${rolesOf(incident)}`,
    isGood: rolesOf(incident) === 'on-call, then lead',
  };
}

/** Each in a sandbox of its own beside this one, whose days are seconds. */
const fridays = ({ packageDirectory }: DrillScene): Promise<Case>[] =>
  (
    [
      ['a Friday evening', '2026-12-04T23:30:00.000Z', '2026-12-07T18:00:00.000Z', 'Monday'],
      ['the evening before a holiday and a weekend', '2026-12-24T23:30:00.000Z', '2026-12-28T18:00:00.000Z', 'Monday'],
      [
        'a Friday evening before a holiday on Monday',
        '2027-01-15T23:30:00.000Z',
        '2027-01-19T18:00:00.000Z',
        'Tuesday',
      ],
    ] as const
  ).map(async ([when, raisedAt, expected, day]) => {
    const dataDirectory = await mkdtemp(path.join(tmpdir(), 'pg-gameday-alert-'));
    await chmod(dataDirectory, 0o755); // servers of root run as another user
    const sandbox = await startSandbox({ packageDirectory, dataDirectory, region: 'us-east-1', speed: greatSpeed });
    const people = await openPeople(sandbox);
    try {
      await changeAlarm(sandbox, {
        ...alarm('cache-hit', 'CacheHitPercent', 'P3'),
        value: 'ALARM',
        at: new Date(raisedAt),
      });
      const incident = await eventually(async () => {
        const found = await incidentOf(sandbox, 'cache-hit');
        return (found?.steps.length ?? 0) > 1 ? found : undefined;
      });
      const asked = incident.steps[1]?.startedAt;
      return { line: `P3 of ${when} (${raisedAt}): the lead is asked on ${day}, ${asked}`, isGood: asked === expected };
    } finally {
      await people.leave();
      await sandbox.stop();
      await rm(dataDirectory, { recursive: true });
    }
  });
