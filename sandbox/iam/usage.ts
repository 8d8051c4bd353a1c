import { matchesArn } from './pattern.ts';
import type { Policies } from './policies.ts';
import type { RequiredPermission } from './required/permission.ts';
import { matchesAction, type Statement } from './statement.ts';

/** One action pattern on one resource pattern of one statement: the smallest piece that a policy can be without. */
export type Grant = {
  readonly role: string;
  readonly policy: string;
  readonly sid: string;
  readonly action: string;
  readonly resource: string;
};

/** What a grant permits besides, and what it was used for. */
export type GrantUse = Grant & {
  readonly uses: number;
  /** Each resource once, up to `mostKept` of them. */
  readonly usedOn: readonly string[];
  /** The tag keys beyond which a request may name none; undefined: any. */
  readonly tagKeys: readonly string[] | undefined;
  readonly usedTagKeys: readonly string[];
};

type Entry = {
  readonly grant: Grant;
  readonly tagKeys: readonly string[] | undefined;
  readonly usedOn: Set<string>;
  readonly usedTagKeys: Set<string>;
  uses: number;
};

/** A sandbox may be up for weeks. */
const mostKept = 1000;

/** Counts what permits calls; what nothing used is a permission too many. */
export class Usage {
  readonly #entries = new Map<string, Entry>();

  constructor(policies: Policies) {
    for (const statement of [...policies.roles.values()].flat().filter(({ effect }) => effect === 'Allow')) {
      const { tagKeys } = statement;
      for (const grant of grantsOf(statement)) {
        this.#entries.set(keyOf(grant), { grant, tagKeys, usedOn: new Set(), usedTagKeys: new Set(), uses: 0 });
      }
    }
  }

  record(statements: readonly Statement[], { action, resource, context = {} }: RequiredPermission): void {
    for (const statement of statements) {
      for (const grant of grantsOf(statement)) {
        const isUsed =
          (statement.notAction || matchesAction(grant.action, action)) &&
          (statement.notResource || matchesArn(grant.resource, resource));
        const entry = isUsed ? this.#entries.get(keyOf(grant)) : undefined;
        if (entry === undefined) continue;
        entry.uses += 1;
        if (entry.usedOn.size < mostKept) entry.usedOn.add(resource);
        for (const key of context['aws:TagKeys'] ?? []) entry.usedTagKeys.add(key);
      }
    }
  }

  grants(): readonly GrantUse[] {
    return [...this.#entries.values()].map(({ grant, uses, tagKeys, usedOn, usedTagKeys }) => ({
      ...grant,
      uses,
      usedOn: [...usedOn],
      tagKeys,
      usedTagKeys: [...usedTagKeys],
    }));
  }
}

function grantsOf({ owner, policy, sid, actions, resources }: Statement): Grant[] {
  return actions.flatMap((action) => resources.map((resource) => ({ role: owner, policy, sid, action, resource })));
}

const keyOf = ({ role, policy, sid, action, resource }: Grant) => JSON.stringify([role, policy, sid, action, resource]);
