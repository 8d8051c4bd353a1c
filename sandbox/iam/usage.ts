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
  /** Grants of the same template in another region, and how they are written here. */
  readonly #elsewhere = new Map<string, Grant>();

  /** `others`: the policies of the same template in other regions; what is used there is used. */
  constructor(policies: Policies, others: readonly Policies[] = []) {
    for (const statement of [...policies.roles.values()].flat().filter(({ effect }) => effect === 'Allow')) {
      const { tagKeys } = statement;
      for (const grant of grantsOf(statement)) {
        this.#entries.set(keyOf(grant), { grant, tagKeys, usedOn: new Set(), usedTagKeys: new Set(), uses: 0 });
      }
    }
    for (const other of others) {
      for (const [there, here] of counterparts(other, policies)) {
        if (!this.#entries.has(keyOf(there))) this.#elsewhere.set(keyOf(there), here);
      }
    }
  }

  record(statements: readonly Statement[], { action, resource, context = {} }: RequiredPermission): void {
    for (const statement of statements) {
      for (const grant of grantsOf(statement)) {
        const isUsed =
          (statement.notAction || matchesAction(grant.action, action)) &&
          (statement.notResource || matchesArn(grant.resource, resource));
        const here = this.#elsewhere.get(keyOf(grant)) ?? grant;
        const entry = isUsed ? this.#entries.get(keyOf(here)) : undefined;
        if (entry === undefined) continue;
        entry.uses += 1;
        if (entry.usedOn.size < mostKept) entry.usedOn.add(rewritten(resource, grant.resource, here.resource));
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

/** Each grant of one stack beside that of the other which was written from the same line of the template. */
function* counterparts(one: Policies, other: Policies): Generator<readonly [Grant, Grant]> {
  const ownersOf = ({ roles }: Policies) => Map.groupBy([...roles.values()].flat(), ({ owner }) => owner);
  const others = ownersOf(other);
  for (const [owner, statements] of ownersOf(one)) {
    for (const [place, statement] of statements.entries()) {
      const same = others.get(owner)?.[place];
      if (same === undefined || same.sid !== statement.sid) continue;
      const [here, there] = [grantsOf(statement), grantsOf(same)];
      if (here.length !== there.length) continue;
      for (const [index, grant] of here.entries()) {
        const counterpart = there[index];
        if (counterpart !== undefined) yield [grant, counterpart];
      }
    }
  }
}

/** What lies between the stars of one pattern, between those of another. */
function rewritten(resource: string, from: string, to: string): string {
  if (from === to) return resource;
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = new RegExp(`^${from.split('*').map(literal).join('(.*?)')}$`).exec(resource);
  const parts = to.split('*');
  if (found === null || parts.length !== found.length) return resource;
  return parts.map((part, index) => `${part}${found[index + 1] ?? ''}`).join('');
}

const keyOf = ({ role, policy, sid, action, resource }: Grant) => JSON.stringify([role, policy, sid, action, resource]);
