import { namePropertyOf } from './names.ts';
import type { OpenStack } from './open-stacks.ts';
import { NESTED } from './open-stacks.ts';
import type { Resource } from './resource.ts';

/** A resource as an update of CloudFormation sees it. */
export type DeployedResource = {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Its physical name. */
  readonly name: string;
  /** The template gives the name: then there can be only one. */
  readonly isNamed: boolean;
  readonly isRetained: boolean;
};

export type StackUpdate = {
  readonly created: readonly DeployedResource[];
  /** As it is, or changed in place. */
  readonly kept: readonly DeployedResource[];
  readonly deleted: readonly DeployedResource[];
  /** Gone from the template and still there: DeletionPolicy Retain or RetainExceptOnCreate. */
  readonly left: readonly DeployedResource[];
};

export const resourcesOf = (stacks: readonly OpenStack[]): DeployedResource[] =>
  stacks.flatMap(({ template, context, resolver }) =>
    Object.entries(template.Resources)
      .filter(
        ([, { Type, Condition }]) => Type !== NESTED && (Condition === undefined || resolver.condition(Condition)),
      )
      .map(([logicalId, { Type, Properties = {}, ...policies }]) => ({
        stack: context.stackName,
        logicalId,
        type: Type,
        name: resolver.name(logicalId),
        isNamed: typeof resolver.resolve(Properties[namePropertyOf(Type) ?? '']) === 'string', // not Ref: AWS::NoValue
        isRetained:
          (policies as Partial<Resource & { DeletionPolicy: string }>).DeletionPolicy?.startsWith('Retain') === true,
      })),
  );

/**
 * What an update makes of what is deployed. CloudFormation creates before it deletes, in nested stacks too: a resource
 * that moves to another stack under its own name is refused, and the whole update is undone.
 */
export function updateStacks(live: readonly DeployedResource[], next: readonly DeployedResource[]): StackUpdate {
  const place = ({ stack, logicalId, type, name }: DeployedResource) => [stack, logicalId, type, name].join(' ');
  const [livePlaces, nextPlaces] = [new Set(live.map(place)), new Set(next.map(place))];
  const created = next.filter((one) => !livePlaces.has(place(one)));
  const gone = live.filter((one) => !nextPlaces.has(place(one)));
  const present = new Set(live.map(({ type, name }) => `${type} ${name}`));
  const refused = created.filter(({ type, name, isNamed }) => isNamed && present.has(`${type} ${name}`));
  if (refused.length > 0) {
    const names = refused.map(({ logicalId, name, stack }) => `${logicalId} '${name}' in stack '${stack}'`);
    throw new Error(`${refused.length} resources already exist: ${names.slice(0, 3).join(', ')}`);
  }
  return {
    created,
    kept: next.filter((one) => livePlaces.has(place(one))),
    deleted: gone.filter(({ isRetained }) => !isRetained),
    left: gone.filter(({ isRetained }) => isRetained),
  };
}
