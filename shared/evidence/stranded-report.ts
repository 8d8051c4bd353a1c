import { createHash } from 'node:crypto';
import type { StrandedReport } from '../contracts/dr-failback/stranded.ts';
import { acceptedText } from '../domain/dr/stranded.ts';

type Found = Omit<StrandedReport, 'schemaVersion' | 'workflow' | 'at' | 'sha256'>;

/** A report with the SHA-256 by which a person accepts it. */
export const strandedReport = (found: Found, at: Date): StrandedReport => ({
  ...{ schemaVersion: 1, workflow: 'dr-failback', ...found, at: at.toISOString() },
  sha256: createHash('sha256').update(acceptedText(found)).digest('hex'),
});
