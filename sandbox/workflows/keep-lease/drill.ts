import * as z from 'zod/mini';
import { Failure } from '../../../shared/contracts/common.ts';
import { RenewLeaseOutput } from '../../../shared/contracts/keep-lease/keep-lease.ts';
import type { Drill } from '../drill.ts';

const Output = z.strictObject({ report: z.nullable(RenewLeaseOutput), failure: z.nullable(Failure) });

export const drill: Drill = {
  lasts: 'five seconds',
  costs: 'nothing but its metrics',
  event: 'events/schedule/keep-lease.json',
  megabytes: 8,
  async show({ output }) {
    const { report, failure } = Output.parse(output);
    const passes = report?.databases ?? [];
    return {
      lines: [
        ...(failure === null ? [] : [`${failure.error} in ${failure.state}: ${failure.cause}`]),
        ...passes.flatMap((pass) => [
          `${pass.database}: ${pass.did} epoch ${pass.epoch} as '${pass.holder}', ${pass.registersWritten} of 3 registers written`,
          `  applications ${pass.accepts ? 'may write' : 'are kept out'}, ${pass.secondsLeft.toFixed(0)} s are left`,
          ...(pass.fenced.length === 0 ? [] : [`  fenced: ${pass.fenced.join(', ')}`]),
          ...pass.silent.map(({ region, message }) => `  ${region} is silent: ${message.split('\n')[0]}`),
          ...(pass.reason === null ? [] : [`  ${pass.reason}`]),
        ]),
      ],
      isGood: failure === null && passes.length > 0 && passes.every(({ accepts }) => accepts),
      files: new Map(),
    };
  },
};
