import * as z from 'zod/mini';

/** A request as Lambda hands it over from a function's own address: payload format 2.0. Members that nobody reads are not named. */
export const UrlRequest = z.object({
  rawPath: z.string(),
  rawQueryString: z._default(z.string(), ''),
  headers: z._default(z.record(z.string(), z.string()), {}),
  body: z.optional(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});
export type UrlRequest = z.infer<typeof UrlRequest>;

export const UrlAnswer = z.strictObject({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type UrlAnswer = z.infer<typeof UrlAnswer>;
