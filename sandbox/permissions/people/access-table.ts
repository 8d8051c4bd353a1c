import { evaluate } from '../../iam/evaluate.ts';
import { type Policies, readPolicies } from '../../iam/policies.ts';
import type { Statement } from '../../iam/statement.ts';
import type { Template } from '../../template/template.ts';
import type { Caller } from '../../wire/service.ts';
import { type AccessRow, accessRows, namesOf, type StageNames } from './rows.ts';

/** Who is asked about. `administrator`: somebody with every right, within the boundary. */
export const persons = ['observer', 'operator', 'approver', 'bootstrap', 'functions', 'administrator'] as const;
export type Person = (typeof persons)[number];

export type StagePackage = { readonly stage: string; readonly template: Template };

/** One answer: may a person of stage `of` do it in stage `in`? */
export type AccessCell = {
  readonly person: Person;
  readonly of: string;
  readonly in: string;
  readonly action: string;
  readonly on: string;
  readonly isAllowed: boolean;
};

/** `without`: a statement that is taken out of every policy, to see who would miss it: then the cells of those who have its policy. */
export function accessCells(stages: readonly StagePackage[], without?: NamedStatement): AccessCell[] {
  const sides = stages.map(({ stage, template }) => ({
    names: namesOf(stage, template),
    policies: policiesOf(template),
  }));
  const asked = without === undefined ? persons : holdersOf(without);
  return sides.flatMap((own) => {
    const everybody = asked.map((person) => ({ person, all: rightsOf(person, own, without) }));
    return sides.flatMap((other) =>
      accessRows.flatMap((row) =>
        everybody.map(({ person, all }) => ({
          ...{ person, of: own.names.stage, in: other.names.stage, action: row.action, on: row.on },
          isAllowed: all.some((rights) => isAllowed(rights, row, other)),
        })),
      ),
    );
  });
}

/** The boundary is everybody's. */
export function holdersOf({ policy }: NamedStatement): readonly Person[] {
  return persons.filter(
    (person) => policy === 'boundary' || (person in held && held[person as Holder].includes(policy)),
  );
}

export type NamedStatement = { readonly policy: string; readonly sid: string };

/** Each statement that people or the boundary have in one stage. */
export const statementsOfPeople = ({ template }: StagePackage): NamedStatement[] =>
  [...policiesOf(template).managed.values()].flatMap((statements) =>
    statements.map(({ policy, sid }) => ({ policy: kindOf(policy), sid })),
  );

/** The table is made anew for each statement that is taken away; what the stages' policies say stays. */
const read = new WeakMap<Template, Policies>();
function policiesOf(template: Template): Policies {
  const known = read.get(template) ?? readPolicies(template);
  read.set(template, known);
  return known;
}

type Stage = { readonly names: StageNames; readonly policies: Policies };
type Rights = { readonly own: readonly Statement[]; readonly boundary: readonly Statement[] };

type Holder = Exclude<Person, 'functions' | 'administrator'>;

const held: Readonly<Record<Holder, readonly string[]>> = {
  observer: ['observer'],
  operator: ['observer', 'operator'],
  approver: ['approver'],
  bootstrap: ['bootstrap'],
};

/** One of them is enough: each function has a role of its own. */
function rightsOf(person: Person, { policies }: Stage, without: NamedStatement | undefined): Rights[] {
  const of = (name: string) =>
    [...policies.managed.values()]
      .flat()
      .filter(({ policy }) => kindOf(policy) === name)
      .filter(({ sid }) => name !== without?.policy || sid !== without.sid);
  const boundary = of('boundary');
  if (person === 'functions') return [...policies.roles.values()].map((own) => ({ own, boundary }));
  if (person === 'administrator') return [{ own: everything, boundary }];
  return [{ own: held[person].flatMap(of), boundary }];
}

/** `pg-gameday-operator-prod-us-east-1` is of `operator`. */
const kindOf = (policy: string): string => policy.split('-')[2] ?? policy;

const everything: readonly Statement[] = [
  {
    ...{ owner: 'administrator', policy: 'administrator', sid: 'Everything', effect: 'Allow' },
    ...{ actions: ['*'], notAction: false, resources: ['*'], notResource: false },
    ...{ condition: () => true, tagKeys: undefined, principals: undefined },
  },
];

function isAllowed({ own, boundary }: Rights, { action, resource, tags = {} }: AccessRow, { names, policies }: Stage) {
  const caller: Caller = {
    ...{ account: names.account, accessKeyId: 'ASIAPERSON', roleName },
    arn: `arn:aws:sts::${names.account}:assumed-role/${roleName}/anna`,
  };
  const context = new Map<string, readonly string[]>([
    ['aws:securetransport', ['true']],
    ['aws:requestedregion', [names.region]],
    ['aws:principalaccount', [names.account]],
    ...Object.entries(tags).map(([key, value]): [string, string[]] => [
      `aws:resourcetag/${key}`.toLowerCase(),
      [value],
    ]),
  ]);
  const asked = {
    ...{ roles: new Map([[roleName, own]]), boundaries: new Map([[roleName, boundary]]) },
    ...{ managed: new Map(), trust: new Map(), resources: policies.resources },
  };
  return evaluate(asked, { caller, action, resource: resource(names), context }).allowed;
}

const roleName = 'person';

/** The table of docs/access.md: for each action everybody's answer, in the own stage and in the other one of the account. */
export function accessTable(cells: readonly AccessCell[], stage: string, shown: readonly Person[] = persons): string[] {
  const head = ['action', 'on', ...shown];
  const rows = [...Map.groupBy(cells, ({ action, on }) => `${action}|${on}`).values()].map((of) => {
    const [first] = of;
    const answers = shown.map((person) => {
      const its = of.filter((cell) => cell.person === person && cell.of === stage);
      const own = its.some((cell) => cell.in === stage && cell.isAllowed);
      const others = its.some((cell) => cell.in !== stage && cell.isAllowed);
      return own ? (others ? 'yes, in both' : 'yes') : others ? 'in the other' : 'no';
    });
    return [`\`${first?.action ?? ''}\``, first?.on ?? '', ...answers];
  });
  return [head, head.map(() => '---'), ...rows].map((columns) => `| ${columns.join(' | ')} |`);
}
