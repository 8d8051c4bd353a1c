import type { MistakesInFile } from '../mistake.ts';

export const functions: readonly MistakesInFile[] = [];
