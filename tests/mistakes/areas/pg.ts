import type { MistakesInFile } from '../mistake.ts';

export const pg: readonly MistakesInFile[] = [];
