import type { NormalizedSchema } from '@smithy/core/schema';

/** A structure's static schema lists its required members first and counts them. */
export function requiredMembers(schema: NormalizedSchema): string[] {
  const definition: unknown = schema.getSchema();
  if (!schema.isStructSchema() || !Array.isArray(definition)) {
    return [];
  }
  const names: unknown = definition[4];
  return Array.isArray(names) ? names.slice(0, Number(definition[6] ?? 0)).map(String) : [];
}
