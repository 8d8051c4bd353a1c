import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';

export const workflow: SweptWorkflow = { input: ({ database }) => ({ database }) };
