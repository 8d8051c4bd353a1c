import type * as z from 'zod/mini';
import type { Silence } from '../domain/alert/silence.ts';
import { SilencePolicy } from '../policy/schema/alert.ts';

export const silence = ({ until, ...rest }: z.output<typeof SilencePolicy>): Silence => ({
  ...rest,
  until: new Date(until).toISOString(),
});

/** A silence that a person has put into the bucket; what is none silences nothing. */
export function readSilence(text: string): Silence | undefined {
  try {
    const { success, data } = SilencePolicy.safeParse(JSON.parse(text));
    return success && (data.subject ?? data.cause) !== undefined ? silence(data) : undefined;
  } catch {
    return undefined;
  }
}
