import * as z from 'zod/mini';
import { Failure } from '../../../shared/contracts/common.ts';
import { InspectDatabaseOutput } from '../../../shared/contracts/inspect-database.ts';
import type { Drill } from '../drill.ts';

const Output = z.strictObject({ inspection: z.nullable(InspectDatabaseOutput), failure: z.nullable(Failure) });

export const drill: Drill = {
  lasts: 'five seconds',
  costs: 'nothing',
  event: 'events/inspect-database/one-database.json',
  megabytes: 8,
  async show({ output }) {
    const { inspection, failure } = Output.parse(output);
    return {
      lines: [
        ...(failure === null ? [] : [`${failure.error} in ${failure.state}: ${failure.cause}`]),
        ...(inspection?.failure == null ? [] : [`${inspection.failure.error}: ${inspection.failure.message}`]),
        ...(inspection?.steps ?? []).map(({ title, satisfied, optional }) =>
          satisfied ? `  ✔ ${title}` : optional ? `  · ${title}: not there, and not required` : `  ✖ ${title}`,
        ),
      ],
      isGood:
        failure === null &&
        inspection?.failure === null &&
        inspection.steps.every((step) => step.satisfied || step.optional),
      files: new Map(),
    };
  },
};
