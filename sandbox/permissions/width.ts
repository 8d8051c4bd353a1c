import type { GrantUse } from '../iam/usage.ts';
import { shapeOf } from './shape.ts';

/** A grant beside what it was used for. */
export type GrantWidth = {
  readonly grant: GrantUse;
  /** The resources that it was used on, each without what is the run's own. */
  readonly shapes: readonly string[];
  /** How it is wider than that; empty when it is not. */
  readonly wider: readonly string[];
};

const tagging = ['rds:AddTagsToResource', 'rds:RemoveTagsFromResource', 'ec2:CreateTags'];

/**
 * A grant is as wide as its use when one use names no word that its resource leaves open. Of tags, when each key that it
 * lets a request name was named. `reduce` takes what is the run's own out of a text.
 */
export function widthOf(grant: GrantUse, reduce: (text: string) => string): GrantWidth {
  const uses = grant.usedOn.map((resource) => shapeOf(grant.resource, resource, reduce));
  const shapes = [...new Set(uses.map(({ text }) => text))].sort();
  const isWide = uses.length > 0 && uses.every(({ openWords }) => openWords.length > 0);
  return {
    grant,
    shapes,
    wider: [
      ...(grant.action.includes('*') ? [`action ${grant.action}`] : []),
      ...(isWide ? [`on ${grant.resource}, used on ${shapes.join(', ')}`] : []),
      ...tagsBeyond(grant),
    ],
  };
}

function tagsBeyond({ action, tagKeys, usedTagKeys, uses }: GrantUse): string[] {
  if (uses === 0 || !tagging.includes(action)) return [];
  if (tagKeys === undefined) return [`any tag, used for ${usedTagKeys.join(', ')}`];
  const beyond = tagKeys.filter((key) => !usedTagKeys.includes(key));
  return beyond.length === 0 ? [] : [`tags ${beyond.join(', ')} too`];
}
