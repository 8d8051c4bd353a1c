import type { MistakesInFile } from '../mistake.ts';

export const sandbox: readonly MistakesInFile[] = [];
