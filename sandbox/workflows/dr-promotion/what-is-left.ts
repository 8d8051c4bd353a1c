import type { LeaseRegister } from '../../../shared/domain/lease/register.ts';
import { leaseRegisters } from '../../demo/lease-registers.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import type { Place } from './sound-set-up.ts';

/** Does what a record leaves to a person, word by word: what cannot be followed helps nobody at three in the morning. */
export async function followLeft({ sandbox, database }: Place, left: readonly string[]): Promise<void> {
  for (const one of left) {
    const [, content] = /^Write (\{.*?\}) into lease\/\S+\.json of two of the three buckets/.exec(one) ?? [];
    if (content !== undefined) await writeRegisters({ sandbox, database }, JSON.parse(content) as LeaseRegister);
    const [, id = '', sql] = /as gameday_fence on '([^']+)': (select .*?\)\)?)(?:\. |$)/.exec(one) ?? [];
    const [, replica = '', more] =
      /^When '([^']+)' is available, as gameday_fence on it: (select .*?\))(?:\. |$)/.exec(one) ?? [];
    const statements = sql ?? more;
    if (statements !== undefined) await runAsFence({ sandbox, database }, sql === undefined ? replica : id, statements);
  }
}

async function writeRegisters({ sandbox, database }: Pick<Place, 'sandbox' | 'database'>, content: LeaseRegister) {
  for (const register of leaseRegisters(sandbox, database).slice(0, 2))
    await register.write(content, await register.read());
}

async function runAsFence({ sandbox, database }: Pick<Place, 'sandbox' | 'database'>, id: string, statements: string) {
  const instance = sandbox.rds.inspect.instances().find(({ identifier }) => identifier === id);
  if (instance?.server === undefined) throw new Error(`instance '${id}', which a record names, has no server`);
  await asAdministrator(
    instance.server,
    async (client) => {
      await client.query('set role gameday_fence');
      for (const statement of statements.split(/, then /)) {
        const sql = statement.replace(
          '<fenced_epoch of gameday.read_lease()>',
          '(select fenced_epoch from gameday.read_lease())',
        );
        await client.query(sql.startsWith('select') ? sql : `select ${sql}`);
      }
    },
    database,
  );
}
