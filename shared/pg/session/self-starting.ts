import type pg from 'pg';
import type { SelfStarting } from '../../contracts/witness.ts';
import { loadsJobs } from '../../domain/verification/quiet-copy.ts';

/** Named at most: the state machine carries them. */
const mostNamed = 10;

/** Subscriptions belong to the cluster and start in every database of a copy; cron.job is in one database only. */
const selfStartingSql = `/* pg-gameday:self-starting */
select coalesce((select jsonb_agg(pg_catalog.format('subscription %L of database %L', s.subname, d.datname) order by d.datname, s.subname)
                 from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid where s.subenabled), '[]') as subscriptions,
       (select setting from pg_catalog.pg_settings where name = 'shared_preload_libraries') as libraries,
       coalesce((select pg_catalog.pg_relation_size(c.oid) = 0 from pg_catalog.pg_class c
                 join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = 'cron' and c.relname = 'job'), false) as "hasNoJobs"`;

/** What of this server its copy would start by itself: enabled subscriptions, and pg_cron where it may have jobs. */
export async function readSelfStarting(client: pg.Client): Promise<SelfStarting[]> {
  const { rows } = await client.query<{ subscriptions: string[]; libraries: string | null; hasNoJobs: boolean }>(
    selfStartingSql,
  );
  const { subscriptions = [], libraries, hasNoJobs = false } = rows[0] ?? {};
  const named = subscriptions.slice(0, mostNamed);
  const more = subscriptions.length - named.length;
  return [
    ...[...named, ...(more > 0 ? [`${more} more subscriptions`] : [])].map((name) => ({
      kind: 'subscription' as const,
      name,
    })),
    ...(loadsJobs(libraries ?? undefined) && !hasNoJobs ? [{ kind: 'jobs' as const, name: 'jobs of pg_cron' }] : []),
  ];
}
