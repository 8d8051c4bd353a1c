import { promises as dns } from 'node:dns';
import { coerceError, OperationError } from '../errors.ts';

/** A name of operations.yml leads nowhere from here. */
export class NameUnresolvedError extends OperationError {
  override readonly name = 'NameUnresolvedError';
}

/** As a client of the network does, and no API: what the resolver may have remembered for the time to live counts. */
export type Resolve = {
  /** What a name is another name of. */
  target(name: string): Promise<string>;
  address(host: string): Promise<string>;
};

export const resolve: Resolve = {
  target: (name) => first(name, 'CNAME', () => dns.resolveCname(name)),
  address: (host) => first(host, 'A', () => dns.resolve4(host)),
};

async function first(name: string, type: string, ask: () => Promise<string[]>): Promise<string> {
  const [found] = await ask().catch((error: unknown) => {
    throw new NameUnresolvedError(`'${name}' has no ${type} record: ${coerceError(error).message}`, {
      hints: ['Is the private zone of the stage associated with the network of this function?'],
      cause: error,
    });
  });
  if (found === undefined) throw new NameUnresolvedError(`'${name}' has no ${type} record`);
  return found.replace(/\.$/, '').toLowerCase();
}
