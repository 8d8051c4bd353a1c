/**
 * Every error that a task may throw on purpose. Step Functions matches on `name`, so each name is a literal.
 * Message: lower case, no full stop, subject in quotes, observed then required; hints are whole sentences.
 * The cause keeps its own text; the logger walks the chain.
 */
export class OperationError extends Error {
  override readonly name: string = 'OperationError';

  constructor(message: string, options: { hints?: readonly string[]; cause?: unknown } = {}) {
    const hints = (options.hints ?? []).map((hint) => `\nHINT: ${hint}`).join('');
    super(message + hints, options.cause === undefined ? {} : { cause: options.cause });
  }
}

/** What a person typed cannot be carried out; nothing was done. */
export class CommandLineError extends OperationError {
  override readonly name = 'CommandLineError';
}

export class InvalidInputError extends OperationError {
  override readonly name = 'InvalidInputError';
}

export class InvalidOutputError extends OperationError {
  override readonly name = 'InvalidOutputError';
}

export class InvalidOperationsError extends OperationError {
  override readonly name = 'InvalidOperationsError';
}

export class UnknownDatabaseError extends OperationError {
  override readonly name = 'UnknownDatabaseError';
}

export class InstanceNotFoundError extends OperationError {
  override readonly name = 'InstanceNotFoundError';
}

export class InstanceNotAvailableError extends OperationError {
  override readonly name = 'InstanceNotAvailableError';
}

/** It is doing something that ends by itself. */
export class InstanceBusyError extends OperationError {
  override readonly name = 'InstanceBusyError';
}

export class SecretUnreadableError extends OperationError {
  override readonly name = 'SecretUnreadableError';
}

export class CredentialsRejectedError extends OperationError {
  override readonly name = 'CredentialsRejectedError';
}

/** The server answers, and ends the login for a reason of its own: a trigger on login, a setting that is wrong. */
export class LoginRefusedError extends OperationError {
  override readonly name = 'LoginRefusedError';
}

export class DatabaseUnreachableError extends OperationError {
  override readonly name = 'DatabaseUnreachableError';
}

/** What PostgreSQL says of a statement that it did not carry out. */
export class StatementFailedError extends OperationError {
  override readonly name = 'StatementFailedError';
  /** SQLSTATE. */
  readonly code: string | undefined;

  constructor(message: string, options: { code?: string } = {}) {
    super(message);
    this.code = options.code;
  }
}

export class CertificateRejectedError extends OperationError {
  override readonly name = 'CertificateRejectedError';
}

export class UnsupportedVersionError extends OperationError {
  override readonly name = 'UnsupportedVersionError';
}

/** Something in schema gameday is a stranger's, or would run a stranger's code. */
export class ForeignObjectError extends OperationError {
  override readonly name = 'ForeignObjectError';
}

export class DatabaseNotBootstrappedError extends OperationError {
  override readonly name = 'DatabaseNotBootstrappedError';
}

export class MissingPrivilegeError extends OperationError {
  override readonly name = 'MissingPrivilegeError';
}

export class BackupAlreadyRunningError extends OperationError {
  override readonly name = 'BackupAlreadyRunningError';
}

/** What we need ourselves is locked by DDL, and stays so. */
export class TableLockedError extends OperationError {
  override readonly name = 'TableLockedError';
}

export class WitnessDeadlineError extends OperationError {
  override readonly name = 'WitnessDeadlineError';
}

export class BracketLostError extends OperationError {
  override readonly name = 'BracketLostError';
}

export class ProgressMissingError extends OperationError {
  override readonly name = 'ProgressMissingError';
}

export class WitnessMissingError extends OperationError {
  override readonly name = 'WitnessMissingError';
}

/** Somebody wrote over what one task had stored for another. */
export class ObjectChangedError extends OperationError {
  override readonly name = 'ObjectChangedError';
}

export class EvidenceMissingError extends OperationError {
  override readonly name = 'EvidenceMissingError';
}

export class SnapshotFailedError extends OperationError {
  override readonly name = 'SnapshotFailedError';
}

export class SnapshotCopyFailedError extends OperationError {
  override readonly name = 'SnapshotCopyFailedError';
}

export class SnapshotQuotaExceededError extends OperationError {
  override readonly name = 'SnapshotQuotaExceededError';
}

export class InstanceQuotaExceededError extends OperationError {
  override readonly name = 'InstanceQuotaExceededError';
}

export class StorageQuotaExceededError extends OperationError {
  override readonly name = 'StorageQuotaExceededError';
}

/** AWS has no machine of the class in that zone now: it ends by itself, or another class is wanted. */
export class CapacityUnavailableError extends OperationError {
  override readonly name = 'CapacityUnavailableError';
}

/** The moment lies outside what the automated backups of the instance hold, or it has none. */
export class MomentNotRestorableError extends OperationError {
  override readonly name = 'MomentNotRestorableError';
}

/** A copy would start what its source does by itself: subscriptions, jobs of pg_cron. */
export class CopyNotQuietError extends OperationError {
  override readonly name = 'CopyNotQuietError';
}

/** A restore test ended before one of its paths reported anything. */
export class PathUnansweredError extends OperationError {
  override readonly name = 'PathUnansweredError';
}

export class RestoreFailedError extends OperationError {
  override readonly name = 'RestoreFailedError';
}

export class InstanceNotOursError extends OperationError {
  override readonly name = 'InstanceNotOursError';
}

export class SnapshotNotOursError extends OperationError {
  override readonly name = 'SnapshotNotOursError';
}

export class ExecutionNotOursError extends OperationError {
  override readonly name = 'ExecutionNotOursError';
}

export class ReceiverUnavailableError extends OperationError {
  override readonly name = 'ReceiverUnavailableError';
  /** It was refused, or nobody was there to take it: it has surely not arrived. */
  readonly isRefused: boolean;

  constructor(message: string, options: { hints?: readonly string[]; isRefused?: boolean } = {}) {
    super(message, options);
    this.isRefused = options.isRefused === true;
  }
}

/** A link or an event names an incident that this stage and region do not have. */
export class IncidentMissingError extends OperationError {
  override readonly name = 'IncidentMissingError';
}

export class NotificationUndeliveredError extends OperationError {
  override readonly name = 'NotificationUndeliveredError';
}

export class AccessDeniedError extends OperationError {
  override readonly name = 'AccessDeniedError';
}

export class AwsUnavailableError extends OperationError {
  override readonly name = 'AwsUnavailableError';
}

export class CostDataUnavailableError extends OperationError {
  override readonly name = 'CostDataUnavailableError';
}

/** The messages of an error and its causes, outermost first. Each layer reports only its own part. */
export function errorChain(error: unknown): { name: string; message: string }[] {
  const chain: { name: string; message: string }[] = [];
  for (let current = error; current !== undefined && current !== null && chain.length < 10; ) {
    const { name, message, cause } = coerceError(current);
    chain.push({ name, message });
    current = cause;
  }
  return chain;
}

export function coerceError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** A promotion of the database goes on already, or this one has lost its turn to another. */
export class PromotionClaimedError extends OperationError {
  override readonly name = 'PromotionClaimedError';
}

/** The instance is not the replica that the plan names, or nobody has allowed it to be promoted. */
export class ReplicaNotOursError extends OperationError {
  override readonly name = 'ReplicaNotOursError';
}

/** RDS has not made the replica an instance of its own, and will not. */
export class PromotionFailedError extends OperationError {
  override readonly name = 'PromotionFailedError';
}

/** Nothing reaches the primary: whether it is written to nobody can tell from here. */
export class PrimaryUnreachableError extends OperationError {
  override readonly name = 'PrimaryUnreachableError';
}

/** Applications are kept out of a database although nothing was promoted. */
export class FenceNotLiftedError extends OperationError {
  override readonly name = 'FenceNotLiftedError';
}

/** The connection broke while the fence was put up. */
export class FenceUncertainError extends OperationError {
  override readonly name = 'FenceUncertainError';
}

/** RDS does not promote the replica, and nothing has become of it. */
export class PromotionRefusedError extends OperationError {
  override readonly name = 'PromotionRefusedError';
}

/** What was restored for real use is gone, is another one's, or was taken over: nothing was changed of it. */
export class CandidateNotOursError extends OperationError {
  override readonly name = 'CandidateNotOursError';
}

/** Restored rows cannot be merged into the live tables as they are to be; nothing was changed. */
export class MergeRefusedError extends OperationError {
  override readonly name = 'MergeRefusedError';
}

/** A merge cannot be taken back as it was; nothing was changed. */
export class UndoRefusedError extends OperationError {
  override readonly name = 'UndoRefusedError';
}
