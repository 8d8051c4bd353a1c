import type { SeenNow } from './refusal.ts';

export type Progress = (line: string) => void;

/** What one kind needs of AWS, for one thing. Each step may be taken twice. */
export type Removal = {
  /** What will be done, in words. */
  readonly steps: readonly string[];
  /** Undefined: it is not there. */
  look(): Promise<SeenNow | undefined>;
  /** Keeps the data before: takes the snapshot, or finds the one of a run before; then waits until it is whole. */
  readonly keep: { take(): Promise<string>; wait(snapshotId: string, say: Progress): Promise<void> } | undefined;
  /** The name of the snapshot that the removal itself takes. */
  readonly finalSnapshot?: string;
  remove(): Promise<void>;
  /** Waits until it is gone, and what the removal itself keeps is whole. */
  confirm(say: Progress): Promise<void>;
};
