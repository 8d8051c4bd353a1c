import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { fenceSteps } from './fence-sql.ts';
import { maintainSteps } from './maintain-sql.ts';
import { remedySteps } from './remedy-sql.ts';
import { type ReplicateWanted, replicateSteps } from './replicate-sql.ts';
import { connectTo, loginRole, membership, nothingElse, oneOf } from './role-steps.ts';

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
  readonly replicate?: ReplicateWanted | undefined;
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
      return replicateSteps(name, database, wanted.replicate ?? {});
    case 'restore':
      return restoreSteps(name, database, wanted.restore?.scratch === true);
  }
}

function restoreSteps(name: string, database: string, isScratch: boolean): BootstrapStep[] {
  const role = pg.escapeLiteral(name);
  return [
    loginRole(name, 'brings selected objects back; on a live instance its owners grant it what one operation needs', {
      mayCreateDatabases: isScratch,
    }),
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
