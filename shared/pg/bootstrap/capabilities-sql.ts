import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { fenceSteps } from './fence-sql.ts';
import { maintainSteps } from './maintain-sql.ts';
import { remedySteps } from './remedy-sql.ts';
import { connectTo, loginRole, membership, nothingElse, onDatabase, oneOf } from './role-steps.ts';

/**
 * What beside reading may be asked of a database, each by a role of its own and with a secret of its own: who measures
 * reads no row, who maintains fences nobody. None is made unless it is named.
 */
export type Capabilities = {
  readonly monitor?: object | undefined;
  readonly maintain?: object | undefined;
  /** `roles`: those of applications, which may be kept out of the database. */
  readonly fence?: { readonly roles: readonly string[] } | undefined;
  readonly remedy?: object | undefined;
  readonly replicate?: { readonly publication?: string | undefined } | undefined;
  /** `scratch`: the instance is thrown away afterwards, so that databases may be made on it. */
  readonly restore?: { readonly secretArn?: string; readonly scratch?: boolean | undefined } | undefined;
};

export const capabilityNames = ['monitor', 'maintain', 'fence', 'remedy', 'replicate', 'restore'] as const;
export type Capability = (typeof capabilityNames)[number];

/** gameday_maintain of the reader gameday. */
export const capabilityRole = (reader: string, capability: Capability) => `${reader}_${capability}`;

export function capabilitySteps(reader: string, database: string, wanted: Capabilities): readonly BootstrapStep[] {
  return capabilityNames.flatMap((capability) => {
    if (wanted[capability] === undefined) return [];
    const name = capabilityRole(reader, capability);
    const steps = stepsOf(capability, name, database, wanted);
    // Two roles have steps of one name; a plan says whose.
    return steps.map((step) =>
      step.title.includes(pg.escapeIdentifier(name))
        ? step
        : { ...step, title: `${step.title} for ${pg.escapeIdentifier(name)}` },
    );
  });
}

function stepsOf(capability: Capability, name: string, database: string, wanted: Capabilities): BootstrapStep[] {
  switch (capability) {
    case 'monitor':
      return [
        loginRole(name, 'measures, and reads no row of a table'),
        connectTo(name, database),
        nothingElse(name, oneOf(['pg_monitor'])),
        membership(name, 'pg_monitor', 'statistics, settings and the sessions of other roles'),
      ];
    case 'maintain':
      return maintainSteps(name, database);
    case 'fence':
      return fenceSteps(name, database, wanted.fence?.roles ?? []);
    case 'remedy':
      return remedySteps(name, database);
    case 'replicate':
      return replicateSteps(name, database, wanted.replicate?.publication);
    case 'restore':
      return restoreSteps(name, database, wanted.restore?.scratch === true);
  }
}

function replicateSteps(name: string, database: string, publication: string | undefined): BootstrapStep[] {
  return [
    loginRole(name, 'sets up and watches the subscription of the second region'),
    connectTo(name, database),
    nothingElse(name, oneOf(['rds_replication', 'pg_create_subscription'])),
    membership(name, 'rds_replication', 'replication slots and streams, as RDS gives them'),
    membership(name, 'pg_create_subscription', 'CREATE SUBSCRIPTION; PostgreSQL 16 and later have it', 16),
    onDatabase(
      name,
      database,
      'CREATE',
      'a publication and a subscription are made in a database by whoever may create in it',
    ),
    ...(publication === undefined ? [] : [publicationOwner(name, publication)]),
  ];
}

const publicationOwner = (name: string, publication: string): BootstrapStep => ({
  title: `publication ${pg.escapeIdentifier(publication)} owned by ${pg.escapeIdentifier(name)}`,
  why: 'only its owner may change a publication; one that is not there yet is made by its owner',
  check: `select not exists (select from pg_catalog.pg_publication p join pg_catalog.pg_roles o on o.oid = p.pubowner
 where p.pubname = ${pg.escapeLiteral(publication)} and o.rolname <> ${pg.escapeLiteral(name)})`,
  // A new owner must be a role that whoever gives the publication away may become, for as long as that takes.
  sql: `do $bootstrap$
begin
  if exists (select from pg_catalog.pg_publication p where p.pubname = ${pg.escapeLiteral(publication)}) then
    grant ${pg.escapeIdentifier(name)} to current_user;
    alter publication ${pg.escapeIdentifier(publication)} owner to ${pg.escapeIdentifier(name)};
    revoke ${pg.escapeIdentifier(name)} from current_user;
  end if;
end
$bootstrap$`,
  optional: false,
});

function restoreSteps(name: string, database: string, isScratch: boolean): BootstrapStep[] {
  const role = pg.escapeLiteral(name);
  return [
    loginRole(
      name,
      'brings selected objects back; on a live instance its owners grant it what one operation needs',
      isScratch,
    ),
    connectTo(name, database),
    ...(isScratch
      ? [
          nothingElse(name, oneOf([])),
          {
            title: `CREATEDB for ${pg.escapeIdentifier(name)}`,
            why: 'this instance is thrown away, and dumps are loaded into databases of their own',
            check: `select exists (select from pg_catalog.pg_roles where rolname = ${role} and rolcreatedb)`,
            sql: `alter role ${pg.escapeIdentifier(name)} createdb`,
            optional: false,
          },
        ]
      : []),
  ];
}
