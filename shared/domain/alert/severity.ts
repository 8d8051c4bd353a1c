import { Severity } from '../../contracts/common.ts';

/** An alarm says itself how soon a person is wanted: `Severity P2.` in its description, where packaging wrote it. */
export const severityOfDescription = (description: string): Severity | undefined =>
  Severity.safeParse(/\bSeverity (P[1-4])\./.exec(description)?.[1]).data;

/** Of an alarm that does not say it: nobody is woken up, and it is not left until next week either. */
export const unknownSeverity: Severity = 'P2';

/** P1 before P2. */
export const isWorse = (one: Severity, other: Severity): boolean => one < other;
export const worstOf = (severities: readonly Severity[]): Severity | undefined => [...severities].sort()[0];
