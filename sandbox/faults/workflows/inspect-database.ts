import type { SweptWorkflow } from '../swept-workflow.ts';

export const workflow: SweptWorkflow = { input: ({ database }) => ({ database }) };
