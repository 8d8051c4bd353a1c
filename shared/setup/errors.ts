import { OperationError } from '../errors.ts';

/** Of dr-setup: another one is at work. */
export class SetupBusyError extends OperationError {
  override readonly name = 'SetupBusyError';
}

/** Of dr-setup: a step failed, or was taken and left nothing behind. */
export class SetupFailedError extends OperationError {
  override readonly name = 'SetupFailedError';
}

/** Of dr-setup: between the two instances there is no way, or no login. */
export class StandbyCannotReachPrimaryError extends OperationError {
  override readonly name = 'StandbyCannotReachPrimaryError';
}
