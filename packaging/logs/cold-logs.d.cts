export function logGroupIds(parts: {
  readonly functions: readonly { readonly folder: string }[];
  readonly workflows: readonly { readonly id: string }[];
}): string[];
export function coldLogsOf(parts: {
  readonly functions: readonly { readonly folder: string }[];
  readonly workflows: readonly { readonly id: string }[];
  readonly instances: readonly string[];
  readonly cold: { readonly glacierAfterDays: number; readonly expireAfterDays: number };
}): Record<
  string,
  { readonly Type: string; readonly Condition?: string; readonly Properties: Record<string, unknown> }
>;
