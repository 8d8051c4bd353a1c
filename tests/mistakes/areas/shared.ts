import type { MistakesInFile } from '../mistake.ts';

export const shared: readonly MistakesInFile[] = [];
