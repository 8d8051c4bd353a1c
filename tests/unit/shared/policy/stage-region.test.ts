import assert from 'node:assert/strict';
import { InvalidOperationsError } from '../../../../shared/errors.ts';
import { checkStageRegion } from '../../../../shared/policy/stage-region.ts';
import { parseOperations } from '../../../../shared/policy/validate.ts';
import { policyWith } from './operations-text.ts';

test('a stage is deployed in its own region and in that of its copies, and nowhere else', () => {
  const policy = parseOperations(policyWith({}));
  checkStageRegion(policy, 'prod', 'us-east-1');
  checkStageRegion(policy, 'prod', 'us-west-2');
  assert.throws(() => checkStageRegion(policy, 'prod', 'eu-west-1'), {
    name: InvalidOperationsError.name,
    message:
      "region 'eu-west-1' is not of stage 'prod', known are 'us-east-1', 'us-west-2'\n" +
      "HINT: Deploy without '--region', or name 'eu-west-1' under 'stages.prod.dr' in operations.yml.",
  });
  assert.throws(() => checkStageRegion(policy, 'test', 'us-west-2'), /known are 'us-east-1'$/m);
});
