import { makeSides, type SideInstances } from '../../shared/aws/rds/sides.ts';
import { MarkReplacedInput, MarkReplacedOutput } from '../../shared/contracts/dr-failback/dr-failback.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { ReplicaNotOursError } from '../../shared/errors.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/**
 * Tags what was the primary of the second region as replaced: it is no primary to come home from any more. A second call is harmless: it
 * gives the same tag again.
 */
export const markReplaced = defineTask({
  input: MarkReplacedInput,
  output: MarkReplacedOutput,
  deps: () => ({ sidesIn: makeSides as (region?: string) => Pick<SideInstances, 'find' | 'tag'> }),
  async run({ executionName, database, primary: { region, instanceId } }, { sidesIn }) {
    const sides = sidesIn(region);
    const found = await sides.find(instanceId);
    if (found?.tags[tagKeys.replicaOf] !== database)
      throw new ReplicaNotOursError(`'${instanceId}' does not bear the tag ${tagKeys.replicaOf}=${database}`);
    await sides.tag(found.arn, { [tagKeys.replacedBy]: executionName });
    return { instanceId };
  },
});
export const { handler } = markReplaced;
