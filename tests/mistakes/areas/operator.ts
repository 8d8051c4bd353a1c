import type { MistakesInFile } from '../mistake.ts';

export const operator: readonly MistakesInFile[] = [];
