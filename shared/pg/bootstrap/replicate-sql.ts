import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { connectTo, loginRole, membership, nothingElse, onDatabase, oneOf, versionBelow } from './role-steps.ts';

export type ReplicateWanted = {
  readonly publication?: string | undefined;
  /** Roles that own the tables to be replicated. */
  readonly owners?: readonly string[] | undefined;
};

/**
 * Sets up and repairs replication without the master user. PostgreSQL lets only the owner of a table publish it, and applies what comes
 * as the owner of the table: so the role is a member of the owners that are named, on both sides. Their code runs with their rights.
 */
export function replicateSteps(
  name: string,
  database: string,
  { publication, owners = [] }: ReplicateWanted,
): BootstrapStep[] {
  return [
    loginRole(name, 'sets up and watches the subscription of the second region', { mayReplicate: true }),
    connectTo(name, database),
    nothingElse(name, oneOf(['rds_replication', 'pg_create_subscription', ...owners])),
    membership(name, 'rds_replication', 'replication slots and streams, as RDS gives them'),
    membership(name, 'pg_create_subscription', 'CREATE SUBSCRIPTION; PostgreSQL 16 and later have it', 16),
    onDatabase(
      name,
      database,
      'CREATE',
      'a publication and a subscription are made in a database by whoever may create in it',
    ),
    ...owners.map((owner) => memberOfOwner(name, owner)),
    heartbeatOwner(name),
    ...(publication === undefined ? [] : [publicationOwner(name, publication)]),
  ];
}

/** Of a role that administers the instance nobody becomes a member here: its tables are named by dr-setup. */
function memberOfOwner(name: string, owner: string): BootstrapStep {
  const role = pg.escapeIdentifier(name);
  const target = pg.escapeIdentifier(owner);
  const targetText = pg.escapeLiteral(owner);
  const has = (privilege: string) =>
    `coalesce((select pg_catalog.pg_has_role(r.oid, g.oid, ${privilege}) from pg_catalog.pg_roles r, pg_catalog.pg_roles g
 where r.rolname = ${pg.escapeLiteral(name)} and g.rolname = ${targetText}), false)`;
  return {
    title: `membership in ${target} for ${role}`,
    why: 'only the owner of a table may publish it, and what is replicated is written as its owner: that is more than replication needs, and there is no less',
    check: `select ${has("'usage'")} and ${has(`case when ${versionBelow(16)} then 'member' else 'set' end`)}`,
    sql: `do $bootstrap$
begin
  if exists (select from pg_catalog.pg_roles a where a.rolname = ${targetText} and (a.rolsuper or a.rolcreaterole
       or exists (select from pg_catalog.pg_roles s where s.rolname = 'rds_superuser' and pg_catalog.pg_has_role(a.oid, s.oid, 'member')))) then
    raise exception using errcode = 'invalid_role_specification',
      message = pg_catalog.format('role %L administers the instance, nobody becomes a member of it', ${targetText}),
      hint = 'Give the tables to a role of their own: REASSIGN OWNED, or ALTER TABLE … OWNER TO.';
  end if;
  if ${versionBelow(16)} then
    execute ${pg.escapeLiteral(`grant ${target} to ${role}`)};
  else
    execute ${pg.escapeLiteral(`grant ${target} to ${role} with inherit true, set true`)};
  end if;
end
$bootstrap$`,
    optional: false,
  };
}

/** A new owner must be a role that whoever gives the object away may become, for as long as that takes. */
const asMember = (name: string, sql: string) => `    grant ${pg.escapeIdentifier(name)} to current_user;
    ${sql}
    revoke ${pg.escapeIdentifier(name)} from current_user;`;

function heartbeatOwner(name: string): BootstrapStep {
  const role = pg.escapeIdentifier(name);
  return {
    title: `gameday.heartbeat owned by ${role}`,
    why: 'its owner publishes it and receives it: how far the second region is behind is measured by it',
    check: `select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 join pg_catalog.pg_roles o on o.oid = c.relowner
 where n.nspname = 'gameday' and c.relname = 'heartbeat' and o.rolname = ${pg.escapeLiteral(name)}
   and pg_catalog.has_schema_privilege(o.oid, n.oid, 'USAGE'))`,
    // Whoever owns a table must be able to create in its schema when it gets it, and not afterwards.
    sql: `do $bootstrap$
begin
    grant usage, create on schema gameday to ${role};
${asMember(name, `alter table gameday.heartbeat owner to ${role};`)}
    revoke create on schema gameday from ${role};
end
$bootstrap$`,
    optional: false,
  };
}

const publicationOwner = (name: string, publication: string): BootstrapStep => ({
  title: `publication ${pg.escapeIdentifier(publication)} owned by ${pg.escapeIdentifier(name)}`,
  why: 'only its owner may change a publication; one that is not there yet is made by its owner',
  check: `select not exists (select from pg_catalog.pg_publication p join pg_catalog.pg_roles o on o.oid = p.pubowner
 where p.pubname = ${pg.escapeLiteral(publication)} and o.rolname <> ${pg.escapeLiteral(name)})`,
  sql: `do $bootstrap$
begin
  if exists (select from pg_catalog.pg_publication p where p.pubname = ${pg.escapeLiteral(publication)}) then
${asMember(name, `alter publication ${pg.escapeIdentifier(publication)} owner to ${pg.escapeIdentifier(name)};`)}
  end if;
end
$bootstrap$`,
  optional: false,
});
