import type { WorkflowRecord } from '../contracts/outcome.ts';
import { assessRetention } from '../domain/backup/retention-record.ts';
import { assessOfficeHours } from '../domain/office-hours/office-record.ts';
import { assessSweep } from '../domain/resource/sweep-record.ts';
import { publishLeftovers, publishOfficeHours, publishRetentionMetrics } from './housekeeping.ts';

/** What a record says in a line, and how it is counted for the alarms. */
export function assessRecord(record: WorkflowRecord): {
  readonly summary: string;
  readonly isComplete: boolean;
  publishMetrics(): void;
} {
  switch (record.workflow) {
    case 'retention': {
      const { counts, ...found } = assessRetention(record);
      return { ...found, publishMetrics: () => publishRetentionMetrics(counts) };
    }
    case 'office-hours': {
      const { counts, ...found } = assessOfficeHours(record);
      return { ...found, publishMetrics: () => publishOfficeHours(counts) };
    }
    case 'sweep-leftovers': {
      const { counts, ...found } = assessSweep(record);
      return { ...found, publishMetrics: () => (counts === null ? undefined : publishLeftovers(counts)) };
    }
  }
}
