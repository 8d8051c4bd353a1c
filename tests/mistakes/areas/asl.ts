import type { MistakesInFile } from '../mistake.ts';

export const asl: readonly MistakesInFile[] = [];
