import { makeClock } from '../clock.ts';
import { makeCredentials } from '../credentials.ts';
import { registry } from '../services/registry.ts';
import type { ServiceNotes } from '../services/service-notes.ts';
import { readClientModel } from '../wire/model.ts';

export type DescribedService = ServiceNotes & {
  readonly id: string;
  readonly emulated: readonly string[];
  /** Every operation of the SDK client. */
  readonly known: readonly string[];
};

/** The services of the registry, asked what they can. `directory` is for what they write when they are made. */
export async function describeServices(directory: string): Promise<DescribedService[]> {
  const clock = makeClock();
  const { services, stop } = await registry.make({
    account: '123456789012',
    region: 'us-east-1',
    clock,
    clockOfMachines: clock,
    credentials: makeCredentials(),
    dispatch: () => Promise.reject(new Error('nothing is called to be described')),
    endpoint: () => '',
    dataDirectory: directory,
    stacks: [],
    reportUndelivered: (what, error) => {
      throw new Error(`${what} was delivered while the services were described`, { cause: error });
    },
  });
  await stop();
  return registry.definitions
    .map(({ id, notes }) => {
      const service = services.find((one) => one.id === id);
      return {
        ...notes,
        id,
        emulated: Object.keys(service?.operations ?? {}).sort(),
        known: [...readClientModel(service?.client ?? {}).operations.keys()].sort(),
      };
    })
    .sort((one, other) => one.title.localeCompare(other.title, 'en'));
}
