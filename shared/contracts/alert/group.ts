import * as z from 'zod/mini';

/** The incidents of a subject that have taken up, or may take up, what else is wrong with it; the newest one last. */
export const IncidentGroup = z.strictObject({
  schemaVersion: z.literal(1),
  leaders: z.array(z.strictObject({ key: z.string(), at: z.string() })),
});
export type IncidentGroup = z.infer<typeof IncidentGroup>;
