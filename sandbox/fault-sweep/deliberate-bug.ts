import type { SourceEdit } from '../package/package-stage.ts';

/** A state machine's definition as it is deployed. */
export type Definition = { readonly States: Record<string, Record<string, unknown>> };

/** A mistake that somebody could make, and what a sweep must say of it. */
export type DeliberateBug = {
  readonly title: string;
  /** Which is swept; absent: backup-and-verify. */
  readonly workflow?: string;
  /** In the sources, before they are packaged. */
  readonly edits?: readonly SourceEdit[];
  /** In a deployed state machine. */
  readonly machine?: { readonly workflow: string; readonly change: (definition: Definition) => void };
  /** As `--fault` writes it; absent when even a run without faults shows it. */
  readonly fault?: string;
  readonly finds: RegExp;
};
