import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import {
  BudgetClaim,
  RecordRemedyOutput,
  RemediationRecord,
} from '../../../shared/contracts/remediation/remediation.ts';
import { type Blocking, blockSessions } from '../../demo/blocking.ts';
import { asOperator, type RunFacts } from '../../fault-sweep/run-facts.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import { workflowOf } from '../../template/workflow-of.ts';
import { loginTo, makeWriter, type Place } from '../dr-promotion/sound-set-up.ts';
import { packaged } from '../drill.ts';
import { readEventFile } from '../event-file.ts';

const remedyClaimPrefix = 'remediation/claims/';
const file = readEventFile(packaged('events/cloudwatch/blocked-sessions.json'));

/** More than `blockedSessions` of operations.yml, which are held up for longer than `blockingSeconds` of a sweep's. */
const [waiters, seconds] = [5, 1.5];

let scene: { readonly place: Place; readonly blocking: Blocking } | undefined;

/**
 * A session that others wait for, and the event of its alarm, each time by another change: the remedy acts. Whatever strikes it: the session
 * is ended within the budget or not at all, nobody else is, what the record says is so, and when all works again the next event brings it to an end.
 */
export const workflow: SweptWorkflow = {
  async prepare(place, run) {
    await scene?.blocking.release();
    scene = undefined;
    await forgetClaims(place);
    const { sandbox, database, sourceInstanceId } = place;
    await makeWriter(place);
    const server = sandbox.rds.inspect.server(sandbox.region, sourceInstanceId);
    const login = (await loginTo(place))(sandbox.region, sourceInstanceId);
    if (login === undefined) throw new Error(`run ${run}: the source has no server`);
    const asMaster = (work: (client: pg.Client) => Promise<unknown>) => asAdministrator(server, work, database);
    scene = {
      place,
      blocking: await blockSessions({ login: { ...login, user: String(login.user) }, asMaster }, waiters, seconds),
    };
  },
  input: () => nextEvent(),
  violations: (facts) => [...recordViolations(facts), ...claimViolations(facts)],
  async violationsThere(facts) {
    if (scene === undefined) return ['nothing was prepared'];
    const { place, blocking } = scene;
    try {
      return [...(await truthViolations(facts, blocking)), ...(await convergence(facts, place, blocking))];
    } finally {
      await blocking.release();
      scene = undefined;
    }
  },
};

const begun = Date.now();
let changes = 0;
function nextEvent(): object {
  changes += 1;
  if (!('event' in file)) return file.input;
  const detail = file.event.detail as { state: object };
  const timestamp = new Date(begun + changes * 1000).toISOString().replace('Z', '+0000');
  return { ...file.event, detail: { ...detail, state: { ...detail.state, timestamp } } };
}

/** The budget is of an hour, and a sweep has many runs in it: each begins with none spent. */
async function forgetClaims({ sandbox }: Place): Promise<void> {
  const call = asOperator(sandbox);
  const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name ?? '';
  const listed = await call<{ Contents?: { Key: string }[] }>('s3', 'ListObjectsV2', {
    Bucket,
    Prefix: remedyClaimPrefix,
  });
  for (const { Key } of listed.Contents ?? []) await call('s3', 'DeleteObject', { Bucket, Key });
}

const recordsIn = ({ evidence }: RunFacts) =>
  [...evidence].flatMap(([key, text]) =>
    key.startsWith('remediation/records/') && text !== '' ? [RemediationRecord.parse(JSON.parse(text))] : [],
  );
const claimsIn = ({ evidence }: RunFacts) =>
  [...evidence].flatMap(([key, text]) =>
    key.startsWith(remedyClaimPrefix) && text !== '' ? [BudgetClaim.parse(JSON.parse(text))] : [],
  );

function recordViolations(facts: RunFacts): string[] {
  const records = recordsIn(facts);
  return facts.executions.flatMap(({ name, status, cause }) => {
    const record = records.find((one) => one.executionName === name);
    if (record === undefined) {
      const mayLack = facts.wasCutOff || /could not be recorded/.test(cause ?? '');
      return status === 'FAILED' && mayLack ? [] : [`${status} without a record`];
    }
    const isApplied = record.applied?.isApplied === true;
    return [
      ...(isApplied && record.claim?.isGranted !== true ? ['applied without a place in the budget'] : []),
      ...(isApplied && record.found?.mode === 'observe' ? ['applied, and only observes'] : []),
      ...(status === 'SUCCEEDED' && record.failure !== null ? ['succeeded over a failure'] : []),
      ...(status === 'SUCCEEDED' && record.outcome === 'not remedied' ? ['succeeded, and is not remedied'] : []),
    ];
  });
}

/** Of one cause there is one claim at most, however often its event was delivered. */
function claimViolations(facts: RunFacts): string[] {
  const claims = claimsIn(facts);
  return claims.length <= 1 ? [] : [`one cause was claimed ${claims.length} times`];
}

/** What was done on the server beside what is said about it. */
async function truthViolations(facts: RunFacts, blocking: Blocking): Promise<string[]> {
  if (facts.endedSessions) return []; // of who blocks and who waits: nothing is left to look at
  const { isBlockerEnded, failed } = await settled(blocking);
  const records = recordsIn(facts);
  const isSaid = records.some(({ applied }) => applied?.isApplied === true);
  const isDoubted = facts.executions.some(({ status }) => status !== 'SUCCEEDED');
  return [
    ...(failed > 0 ? [`${failed} sessions that only waited were ended`] : []),
    ...(isBlockerEnded && claimsIn(facts).length === 0 ? ['a session was ended without a place in the budget'] : []),
    ...(isSaid && !isBlockerEnded ? ['said to be applied, and the session blocks'] : []),
    ...(isBlockerEnded && !isSaid && !isDoubted ? ['a session was ended, and nobody says so'] : []),
  ];
}

/** When all works again: the next event ends what blocks still, or says which claim has dealt with it. */
async function convergence(facts: RunFacts, { sandbox }: Place, blocking: Blocking): Promise<string[]> {
  if (blocking.now().isBlockerEnded) return [];
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'remediation');
  const { executionArn } = await asOperator(sandbox)<{ executionArn: string }>('states', 'StartExecution', {
    stateMachineArn: machine?.arn,
    input: JSON.stringify(nextEvent()),
  });
  const { status, cause, output } = await sandbox.states.waitForEnd(executionArn);
  if (status !== 'SUCCEEDED') return [`the next event ends ${status}: ${cause ?? ''}`];
  const { outcome, summary } = RecordRemedyOutput.parse(JSON.parse(output ?? 'null'));
  const { isBlockerEnded, failed } = await settled(blocking);
  if (failed > 0) return [`the next event: ${failed} sessions that only waited were ended`];
  if (outcome === 'remedied')
    return isBlockerEnded ? [] : ['the next event is said to have remedied what blocks still'];
  return outcome === 'refused' && claimsIn(facts).length === 1 && /has dealt with it/.test(summary)
    ? []
    : [`the next event does not end it: ${outcome}, ${summary}`];
}

/** Sessions that go on need a moment for it. */
async function settled(blocking: Blocking): Promise<ReturnType<Blocking['now']>> {
  for (let tries = 0; tries < 100; tries += 1) {
    const now = blocking.now();
    if (!now.isBlockerEnded ? tries >= 5 : now.wentOn + now.failed === waiters) return now;
    await delay(100);
  }
  return blocking.now();
}
