import type pg from 'pg';

/**
 * For each function and operator of the catalogue that a text names: one in schema public that fits as well or better,
 * and leaves a note when it is called. The database has public looked at first, so that even one as good is taken.
 */
export async function plantTrojans(mallory: pg.Client, text: string): Promise<number> {
  const words = [...new Set([...text.matchAll(/([a-z_]+)\(/g)].map(([, word]) => word))];
  const signs = [...new Set(text.match(/(?<![-\w*'])(?:->>|<>|!~|\|\||<=|>=|[=<>~])(?=[\s'])/g))];
  await mallory.query(`create table public.caught (what text); grant insert on public.caught to public`);
  await mallory.query(`create function public.plant(name text, args text, result text) returns void language plpgsql as $plant$
begin
  execute pg_catalog.format('create or replace function public.%I(%s) returns %s language plpgsql as $body$
    begin insert into public.caught values (%L); return null; end $body$', name, args, result, name);
exception when others then null;
end $plant$`);
  const functions = await mallory.query<{ name: string; args: string; result: string }>(
    `select p.proname as name, pg_catalog.pg_get_function_identity_arguments(p.oid) as args, p.prorettype::regtype::text as result
       from pg_catalog.pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.proname = any ($1)
        and p.prokind = 'f' and not p.proretset and p.provariadic = 0`,
    [words],
  );
  const better = ['text', 'name', 'regclass', 'oid'].flatMap((one) => [
    { name: 'format', args: `text, ${one}`, result: 'text' },
    { name: 'format', args: `text, ${one}, ${one}`, result: 'text' },
    { name: 'format', args: `text, ${one}, name`, result: 'text' },
    { name: 'format', args: `text, ${one}, text`, result: 'text' },
  ]);
  const planted = [...functions.rows, ...better];
  for (const { name, args, result } of planted) {
    await mallory.query('select public.plant($1, $2, $3)', [name, args, result]);
  }
  const { rows: operators } = await mallory.query<{ name: string; left: string; right: string }>(
    `select o.oprname as name, o.oprleft::regtype::text as left, o.oprright::regtype::text as right from pg_catalog.pg_operator o
      where o.oprnamespace = 'pg_catalog'::regnamespace and o.oprname = any ($1) and o.oprleft <> 0`,
    [signs],
  );
  for (const [index, { name, left, right }] of operators.entries()) {
    await mallory
      .query(
        `create function public.sign_${index}(${left}, ${right}) returns boolean language plpgsql as
         $body$ begin insert into public.caught values ('${name}'); return true; end $body$;
       create operator public.${name} (leftarg = ${left}, rightarg = ${right}, function = public.sign_${index})`,
      )
      .catch(() => undefined);
  }
  const made = await mallory.query<{ count: number }>(
    `select (select pg_catalog.count(*) from pg_catalog.pg_operator where oprnamespace = 'public'::regnamespace)::int
          + (select pg_catalog.count(*) from pg_catalog.pg_proc where pronamespace = 'public'::regnamespace)::int as count`,
  );
  return made.rows[0]?.count ?? 0;
}
