import type { Severity } from '../../contracts/common.ts';

/** Whose outcome it is, and where what it names is stored. */
export type OutcomePlace = {
  readonly stage: string;
  readonly bucket: string;
  readonly executionName: string;
  readonly executionArn: string;
  /** Of a night: a line for each database that is not proven. */
  readonly unproven: readonly string[];
};

export type OutcomeMessage = {
  readonly severity: Severity;
  readonly subject: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
};
