import { makeClock } from '../../sandbox/clock.ts';
import { type Credentials, makeCredentials } from '../../sandbox/credentials.ts';
import type { CallHooks } from '../../sandbox/wire/dispatch.ts';
import { startWire, type Wire } from '../../sandbox/wire/server.ts';
import type { Service } from '../../sandbox/wire/service.ts';

export type TestWire = Wire & {
  readonly credentials: Credentials;
  /** The configuration of an SDK client that calls this wire as the operator. */
  readonly client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: 1;
  };
};

/** A wire on a free port; the test stops it. */
export async function startTestWire(
  services: readonly Service[],
  hooks: CallHooks & { credentials?: Credentials } = {},
): Promise<TestWire> {
  const credentials = hooks.credentials ?? makeCredentials();
  const wire = await startWire({ ...hooks, services, credentials, clock: makeClock() });
  const { accessKeyId, secretAccessKey } = credentials.operator;
  return {
    ...wire,
    credentials,
    client: {
      endpoint: wire.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    },
  };
}
