/**
 * Alarms that have one cause: each level of an alarm anyway, and these. One incident has all of them; it is over when
 * all are.
 */
const families: Readonly<Record<string, readonly string[]>> = {
  unmeasured: ['silent', 'gaps'],
  'ids-run-out': ['transaction-ids', 'multixacts'],
  'replication-slots': ['slot-inactive', 'slot-retained', 'slot-lost'],
  'backup-not-proven': ['backup-and-verify-old', 'backup-and-verify-not-here'],
  'restore-not-proven': ['restore-test-failed', 'restore-test-stale'],
};

const familyOf = new Map(Object.entries(families).flatMap(([name, kinds]) => kinds.map((kind) => [kind, name])));

export const causeOf = (kind: string): string => familyOf.get(kind) ?? kind;
