import type { Evidence } from '../../contracts/backup-and-verify.ts';
import type { Failure } from '../../contracts/common.ts';
import type { BackupRun, FleetEntry, NightSeverity, PlannedBackup } from '../../contracts/nightly-backup.ts';
import { isHeldByCap } from '../proof-cost/cap.ts';
import { shortHash } from '../resource/throw-away.ts';
import { boundedText } from '../verification/bounded-text.ts';

/**
 * The execution of backup-and-verify for one database of a night: two starts of one night name the same one. Step
 * Functions allows 80 characters; a database has at most 30, a hash at most 13.
 */
export const fleetExecutionName = (night: string, database: string): string =>
  `${night.slice(0, 35)}-${shortHash(night)}-${database}`;

/** The databases that a night backs up, in the order of operations.yml. */
export const planFleet = (
  night: string,
  databases: Readonly<Record<string, { readonly nightly: boolean }>>,
): PlannedBackup[] =>
  Object.entries(databases)
    .filter(([, { nightly }]) => nightly)
    .map(([database]) => ({ database, executionName: fleetExecutionName(night, database) }));

export type FoundEvidence = { readonly key: string; readonly evidence: Evidence };

/**
 * What became of one database. It is proven only when its execution succeeded and its evidence proves it: either alone
 * is a contradiction, and reported as one. A database of which nothing is known is not proven.
 */
export function assessBackup(
  { database, executionName }: PlannedBackup,
  run: BackupRun | undefined,
  found: FoundEvidence | undefined,
  failure: Failure | null,
): FleetEntry {
  const verdict = found?.evidence.verdict ?? null;
  const hasProof = verdict === 'exact' || verdict === 'bounded';
  const hasSucceeded = run?.status === 'SUCCEEDED';
  return {
    database,
    executionName,
    isProven: hasSucceeded && hasProof,
    isHeld: run?.error === 'CostCapReached' && found !== undefined && isHeldByCap(found.evidence),
    isRefused: run?.error === 'BackupAlreadyRunningError',
    verdict,
    reason: reasonOf(run, found?.evidence, { hasProof, failure }),
    seconds: found === undefined ? null : secondsOf(found.evidence),
    evidenceKey: found?.key ?? null,
  };
}

function reasonOf(
  run: BackupRun | undefined,
  evidence: Evidence | undefined,
  { hasProof, failure }: { readonly hasProof: boolean; readonly failure: Failure | null },
): string {
  if (run === undefined) {
    const known = evidence === undefined ? '' : `; its evidence says ${evidence.verdict}: ${evidence.summary}`;
    return `${failure === null ? 'no result is known' : `${failure.error} in ${failure.state}`}${known}`;
  }
  if (run.status === 'FAILED') {
    const reported = run.error ?? 'no error is given';
    if (evidence === undefined) return [reported, run.cause].filter((text) => text !== null).join(': ');
    // What the evidence says of a run that failed after it says nothing of why.
    return hasProof
      ? `${reported}, although its evidence says ${evidence.verdict}`
      : `${reported}: ${evidence.summary}`;
  }
  return evidence?.summary ?? 'its execution succeeded, and there is no evidence of it';
}

const secondsOf = ({ execution }: Evidence): number =>
  Math.round((Date.parse(execution.recordedAt) - Date.parse(execution.startedAt)) / 1000);

/**
 * A person is called for a night in which a backup failed, or of which too little is known. One whose proofs were left
 * out for their cost is known to be neither good nor bad: somebody decides about money today. Nor is one that another run
 * was looking at, which reports itself how it ended.
 */
export function nightSeverity(entries: readonly FleetEntry[], failure: Failure | null): NightSeverity {
  if (failure !== null || entries.length === 0) return 'P1';
  const unproven = entries.filter(({ isProven }) => !isProven);
  if (unproven.length === 0) return 'P4';
  return unproven.every(({ isHeld, isRefused }) => isHeld || isRefused) ? 'P2' : 'P1';
}

/** So many names are a line that somebody reads; the record and the message name all. */
const namesInSummary = 20;

/** One line that names the databases that are not proven, at most twenty of them. */
export function fleetSummary(entries: readonly FleetEntry[], failure: Failure | null): string {
  const unproven = entries.filter(({ isProven }) => !isProven);
  const failed = failure === null ? '' : `; the night failed in ${failure.state}: ${failure.error}`;
  if (entries.length === 0) return `no backup was planned${failed}`;
  const more = unproven.length > namesInSummary ? ` and ${unproven.length - namesInSummary} more` : '';
  const names =
    unproven
      .slice(0, namesInSummary)
      .map(({ database, isHeld }) => (isHeld ? `${database} (not restored, for its cost)` : database))
      .join(', ') + more;
  return unproven.length === 0
    ? `all ${entries.length} backups are proven${failed}`
    : `${unproven.length} of ${entries.length} backups are not proven: ${names}${failed}`;
}

/** SNS takes 256 KiB of a message; the rest of it is short. */
const mostInMessage = 200_000;

/** A line for each database that is not proven, with the beginning of its reason as far as there is room for all names. */
export function unprovenLines(entries: readonly FleetEntry[]): string[] {
  const unproven = entries.filter(({ isProven }) => !isProven);
  const names = unproven.reduce((sum, { database }) => sum + Buffer.byteLength(database) + 4, 0);
  const room = Math.floor((mostInMessage - names) / Math.max(1, unproven.length) / 4);
  return unproven.map(({ database, reason }) => {
    const reported = reason.split('\n')[0] ?? '';
    return room < 40 ? database : `${database}: ${boundedText(reported, Math.min(room, 300))}`;
  });
}
