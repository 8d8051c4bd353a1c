import type { MistakesInFile } from '../mistake.ts';

export const packaging: readonly MistakesInFile[] = [];
