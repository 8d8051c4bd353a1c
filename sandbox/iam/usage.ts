import { matchesArn } from './pattern.ts';
import type { Policies } from './policies.ts';
import { matchesAction, type Statement } from './statement.ts';

/** One action pattern on one resource pattern of one statement: the smallest piece that a policy can be without. */
export type Grant = {
  readonly role: string;
  readonly policy: string;
  readonly sid: string;
  readonly action: string;
  readonly resource: string;
};

export type GrantUse = Grant & { readonly uses: number };

/** Counts what permits calls; what nothing used is a permission too many. */
export class Usage {
  readonly #counts = new Map<string, { grant: Grant; uses: number }>();

  constructor(policies: Policies) {
    for (const statement of [...policies.roles.values()].flat().filter(({ effect }) => effect === 'Allow')) {
      for (const grant of grantsOf(statement)) {
        this.#counts.set(keyOf(grant), { grant, uses: 0 });
      }
    }
  }

  record(statements: readonly Statement[], action: string, resource: string): void {
    for (const statement of statements) {
      for (const grant of grantsOf(statement)) {
        const isUsed =
          (statement.notAction || matchesAction(grant.action, action)) &&
          (statement.notResource || matchesArn(grant.resource, resource));
        const entry = isUsed ? this.#counts.get(keyOf(grant)) : undefined;
        if (entry !== undefined) {
          entry.uses += 1;
        }
      }
    }
  }

  grants(): readonly GrantUse[] {
    return [...this.#counts.values()].map(({ grant, uses }) => ({ ...grant, uses }));
  }
}

function grantsOf({ owner, policy, sid, actions, resources }: Statement): Grant[] {
  return actions.flatMap((action) => resources.map((resource) => ({ role: owner, policy, sid, action, resource })));
}

const keyOf = ({ role, policy, sid, action, resource }: Grant) => JSON.stringify([role, policy, sid, action, resource]);
