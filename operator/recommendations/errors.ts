import { OperationError } from '../../shared/errors.ts';

export class UnknownFindingError extends OperationError {
  override readonly name = 'UnknownFindingError';
}

export class NotAcceptedError extends OperationError {
  override readonly name = 'NotAcceptedError';
}

export class FindingChangedError extends OperationError {
  override readonly name = 'FindingChangedError';
}

export class RemovalRefusedError extends OperationError {
  override readonly name = 'RemovalRefusedError';
}
