/** A pattern that EventBridge refuses; the message is its reason, in the words of AWS. */
export class InvalidPatternError extends Error {
  override readonly name = 'InvalidPatternError';
}

export function refuse(reason: string): never {
  throw new InvalidPatternError(reason);
}
