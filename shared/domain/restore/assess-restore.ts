import type { RecordRestoreInput, RestoreRecord, RestoreResult } from '../../contracts/restore/restore.ts';
import type { Rung } from '../../contracts/verification.ts';
import { tagKeys } from '../resource/throw-away.ts';
import { whoseFault } from '../verification/whose-fault.ts';

type Assessed = Pick<RestoreRecord, 'result' | 'severity' | 'summary' | 'left' | 'usableSeconds'>;
type Looked = Pick<Rung, 'name' | 'status' | 'findings'>;

/** What an execution came to, for people: how far it went decides, and what is left is theirs. */
export function assessRestore(input: RecordRestoreInput, rungs: readonly Looked[]): Assessed {
  const result = resultOf(input);
  const { startedAt, usableAt } = input;
  const usableSeconds = usableAt === null ? null : (Date.parse(usableAt) - Date.parse(startedAt)) / 1000;
  const hasFailed = rungs.some(({ status }) => status === 'failed');
  return {
    result,
    severity:
      result === 'planned' || result === 'given up'
        ? 'P4'
        : result === 'not deleted' || (result === 'kept' && input.failure !== null) || hasFailed
          ? 'P1'
          : 'P2',
    summary: summaryOf(input, result, rungs, usableSeconds),
    left: leftOf(input, result),
    usableSeconds,
  };
}

function resultOf({
  plan,
  isStarted,
  isDeleted,
  isHandedOver,
  merge,
  failure,
  deleteFailure,
}: RecordRestoreInput): RestoreResult {
  if (isHandedOver) return 'handed over';
  if (merge !== null) return 'merged';
  if (deleteFailure !== null) return 'not deleted';
  if (isStarted) return 'kept';
  if (isDeleted) return 'given up';
  return failure === null && plan !== null && !plan.isActed ? 'planned' : 'refused';
}

function summaryOf(
  { plan, failure, deleteFailure, answers, newestHeartbeatAt, merge, isDeleted }: RecordRestoreInput,
  result: RestoreResult,
  rungs: readonly Looked[],
  usableSeconds: number | null,
): string {
  const why = failure === null ? '' : `: ${failure.error} in ${failure.state}`;
  const refusals = plan?.refusals.map(({ reason }) => reason).join('; ') ?? '';
  const what = plan?.backupName ?? 'nothing';
  const candidate = `'${plan?.candidateId ?? 'the instance'}'`;
  const answer = answers.at(-1)?.reason;
  const blame = whoseFault(rungs, [], failure);
  const fault = blame === undefined ? '' : `; at fault is ${blame.blamed}: ${blame.remedy}`;
  switch (result) {
    case 'planned':
      return refusals === ''
        ? `${what} can be restored into ${candidate}, for ${plan?.price.day ?? 'an unknown sum of'} ${plan?.price.currency ?? ''} a day`
        : `no restore would be begun: ${refusals}`;
    case 'refused':
      if (refusals !== '') return `nothing was created: ${refusals}`;
      return `nothing was created${why}${failure === null && answer !== undefined ? `: ${answer}` : fault}`;
    case 'given up':
      return `what was restored is deleted again: ${answer ?? 'nobody has said why'}${why}`;
    case 'not deleted':
      return `${candidate} was given up and is NOT DELETED: ${deleteFailure?.error ?? ''}`;
    case 'kept':
      return `${candidate} was restored from ${what} and nobody has taken it over${why}${checks(rungs)}${fault}`;
    case 'merged':
      return `of ${what} ${rowsText(merge)} were merged into the live tables${isDeleted ? '' : `; ${candidate} is NOT DELETED`}`;
    case 'handed over':
      return `${candidate} holds '${plan?.database ?? ''}' from ${what}${newestHeartbeatAt === null ? '' : `, its newest heartbeat of ${newestHeartbeatAt}`}; it answered after ${usableSeconds?.toFixed(0) ?? 'unknown'} s${checks(rungs)}${fault}`;
  }
}

function rowsText(merge: RecordRestoreInput['merge']): string {
  const of = (which: 'missing' | 'differing' | 'surplus') =>
    (merge?.merged ?? []).reduce((sum, one) => sum + BigInt(one[which]), 0n);
  return `${of('missing')} missing and ${of('differing')} differing rows, and ${of('surplus')} deletions,`;
}

function checks(rungs: readonly Looked[]): string {
  const bad = rungs.filter(({ status }) => status !== 'passed');
  if (rungs.length === 0) return '; nothing of it was checked';
  if (bad.length === 0) return `; all of ${rungs.length} checks passed`;
  return `; of ${rungs.length} checks not passed: ${bad.map(({ name, status }) => `${name} (${status})`).join(', ')}`;
}

function leftOf(
  { plan, endpoint, differences, merge, isDeleted }: RecordRestoreInput,
  result: RestoreResult,
): string[] {
  const candidate = plan?.candidateId ?? 'the instance';
  const source = plan?.sourceInstanceId ?? 'the source';
  const differing = differences.filter(({ kind }) => kind === 'left');
  const parity = differing.map(
    ({ setting, source: wanted, candidate: own, remedy }) =>
      `${setting} is '${own}', in the source '${wanted}'. ${remedy}`,
  );
  switch (result) {
    case 'planned':
    case 'refused':
      return plan?.refusals.map(({ remedy }) => remedy) ?? [];
    case 'given up':
      return [];
    case 'not deleted':
      return [`Look at '${candidate}' in the RDS console, and delete it by hand if nobody needs it: it costs money.`];
    case 'kept':
      return [
        `Look at '${candidate}'${endpoint === null ? '' : ` at ${endpoint}`}: it holds real data and costs money until somebody deletes it.`,
        `To take it over: aws rds remove-tags-from-resource --resource-name <its ARN> --tag-keys ${tagKeys.candidateOf}, and switch its deletion protection on.`,
        ...parity,
      ];
    case 'merged':
      return [
        `To take it back while nobody has changed the rows: npm run undo-restore -- ${plan?.database ?? ''} --url postgres://gameday_restore@…/… --run ${merge?.run ?? ''} --yes`,
        ...(isDeleted ? [] : [`Delete '${candidate}' by hand: it costs money.`]),
      ];
    case 'handed over':
      return [
        ...parity,
        `Keep the applications from writing to '${source}': npm run drill -- fence shows how; at AWS start the machine fence.`,
        `Point the applications to ${endpoint ?? 'its endpoint'}: user and password are those of the database's secret as they were at the moment that was restored.`,
        `Or let it take over the name: rename '${source}' (aws rds modify-db-instance --db-instance-identifier ${source} --new-db-instance-identifier ${source}-old --apply-immediately), wait until it is available, then '${candidate}' to '${source}'. Both are unreachable for minutes meanwhile.`,
        `Name the instance in operations.yml if its name stays '${candidate}', and deploy: until then neither backups nor alarms look at it.`,
        `Keep '${source}' until nobody misses what it has and '${candidate}' has not.`,
      ];
  }
}
