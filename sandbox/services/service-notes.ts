/** What a service says of itself in sandbox/README.md; the operations are read from the service. */
export type ServiceNotes = {
  readonly title: string;
  /** Full sentences: where it differs from AWS. */
  readonly limits: readonly string[];
  /** Operations that people look for first; those that are not emulated are named as missing. */
  readonly lookedFor: readonly string[];
};
