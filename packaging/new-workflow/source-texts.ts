import type { Names } from './names.ts';

export const contractText = ({ state }: Names) => `import * as z from 'zod/mini';

export const ${state}Input = z.strictObject({
  executionName: z.string(),
  /** The execution's input as the operator gave it: \`{ "database": "fantasy" }\`. */
  request: z.unknown(),
});

export const ${state}Output = z.strictObject({ database: z.string() });
export type ${state}Output = z.infer<typeof ${state}Output>;
`;

export const functionText = ({ name, task, state }: Names) => `import { config } from '../../shared/config.ts';
import { ${state}Input, ${state}Output } from '../../shared/contracts/${name}.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { askedDatabase } from '../../shared/rules/asked-database.ts';

/** Says which database is meant. Reads only, so a second call is harmless. */
export const ${task} = defineTask({
  input: ${state}Input,
  output: ${state}Output,
  deps: () => ({ policy: operations(), stage: config().stage }),
  async run({ request }, { policy, stage }) {
    return { database: askedDatabase(request, policy, stage) };
  },
});
export const { handler } = ${task};
`;

export const drillText = ({ name, state }: Names) => `import * as z from 'zod/mini';
import { Failure } from '../../../shared/contracts/common.ts';
import { ${state}Output } from '../../../shared/contracts/${name}.ts';
import type { Drill } from '../drill.ts';

const Output = z.strictObject({ report: z.nullable(${state}Output), failure: z.nullable(Failure) });

export const drill: Drill = {
  lasts: 'five seconds',
  costs: 'nothing',
  event: 'events/${name}/one-database.json',
  megabytes: 8,
  async show({ output }) {
    const { report, failure } = Output.parse(output);
    return {
      lines: failure === null ? [\`database \${report?.database}\`] : [\`\${failure.error} in \${failure.state}: \${failure.cause}\`],
      isGood: failure === null,
      files: new Map(),
    };
  },
};
`;
