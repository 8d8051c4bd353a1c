import type { MistakesInFile } from '../mistake.ts';

export const resources: readonly MistakesInFile[] = [];
