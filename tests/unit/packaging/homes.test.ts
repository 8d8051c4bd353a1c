import assert from 'node:assert/strict';
import frames from '../../../packaging/cloudformation/frames.cjs';
import { readFunctions, readWorkflows } from '../../../packaging/cloudformation/workflows.cjs';
import homes from '../../../packaging/stacks/homes.cjs';

test('nothing that surrounds a machine is left to the stack of the stage', () => {
  const [functions, workflows] = [readFunctions(), readWorkflows()];
  const stackOf = homes.homesOf({ functions, workflows, alarmFiles: [], databaseAlarms: [], healthAlarms: {} });
  const ids = Object.keys(frames.framesOf({ functions: [], workflows, alarms: {} }));
  assert.ok(ids.length > 100);
  assert.deepEqual(
    ids.filter((id) => !stackOf.has(id)),
    [],
  );
});
