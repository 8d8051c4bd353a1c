import { type LeaseContent, leaseRegisters } from '../../demo/lease-registers.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import type { Place } from './sound-set-up.ts';

/** What somebody does who follows a record: as it stands there, and nothing beside it. */
export type Step =
  | { readonly kind: 'registers'; readonly content: LeaseContent }
  | { readonly kind: 'sql'; readonly instance: string; readonly statements: readonly string[] };

const registersPattern = /^Write (\{.*?\}) into lease\/\S+\.json of two of the three buckets/;
const sqlPattern =
  /(?:, as gameday_fence on '?([\w-]+)'?|^When '([^']+)' is available, as gameday_fence on it): (select .+?\))(?:\.|$)/;
const epochPlace = '<fenced_epoch of gameday.read_lease()>';

/** Those of the lines that let applications in. */
export function stepsIn(left: readonly string[]): Step[] {
  return left.flatMap((line): Step[] => {
    const content = registersPattern.exec(line)?.[1];
    if (content !== undefined) return [{ kind: 'registers', content: JSON.parse(content) as LeaseContent }];
    const [, named, available, sql] =
      sqlPattern.exec(line.replaceAll(epochPlace, '(select fenced_epoch from gameday#read_lease())')) ?? [];
    const instance = named ?? available;
    if (instance === undefined || sql === undefined) return [];
    const statements = sql
      .replaceAll('gameday#', 'gameday.')
      .split(', then ')
      .map((one) => (one.startsWith('select') ? one : `select ${one}`));
    return [{ kind: 'sql', instance, statements }];
  });
}

/** Does what a record leaves to a person, word by word: what cannot be followed helps nobody at three in the morning. */
export async function followLeft(place: Place, left: readonly string[]): Promise<void> {
  for (const step of stepsIn(left)) {
    if (step.kind === 'registers') await writeRegisters(place, step.content);
    else await runAsFence(place, step);
  }
}

async function writeRegisters({ sandbox, database }: Place, content: LeaseContent): Promise<void> {
  for (const register of leaseRegisters(sandbox, database).slice(0, 2))
    await register.write(content, await register.read());
}

async function runAsFence({ sandbox, database }: Place, { instance, statements }: Step & { kind: 'sql' }) {
  const server = sandbox.rds.inspect.instances().find(({ identifier }) => identifier === instance)?.server;
  if (server === undefined) throw new Error(`instance '${instance}', which a record names, has no server`);
  await asAdministrator(
    server,
    async (client) => {
      await client.query('set role gameday_fence');
      for (const statement of statements) await client.query(statement);
    },
    database,
  );
}
