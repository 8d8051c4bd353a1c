import type { Drill } from '../drill.ts';
