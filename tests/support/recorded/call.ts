import type { Call } from './row.ts';

export const localstack = (place: string) => `LocalStack's snapshots, ${place}`;
export const call = (
  service: string,
  operation: string,
  input: Record<string, unknown>,
  region = 'eu-central-1',
): Call => ({
  service,
  operation,
  input,
  region,
});
