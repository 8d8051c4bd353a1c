import { roleCaller } from '../../credentials.ts';
import { statesPermissions } from '../../iam/required/states.ts';
import { regionalArn } from '../../template/resource.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import { publishStatesMetrics } from '../cloudwatch/states-metrics.ts';
import { defineService } from '../definition.ts';
import { notes } from './notes.ts';
import { makeStates } from './states.ts';

const machineArn = regionalArn('states', (name) => `stateMachine:${name}`);

export const statesService = defineService({
  name: 'states',
  id: 'states',
  notes,
  permissions: statesPermissions,
  resources: {
    'AWS::StepFunctions::StateMachine': { nameProperty: 'StateMachineName', arn: machineArn, ref: machineArn },
  },
  make(
    { account, clockOfMachines, dispatch },
    { cloudwatch }: { readonly cloudwatch: { readonly metrics: MetricStore } },
  ) {
    const states = makeStates({
      account,
      clock: clockOfMachines,
      dispatch,
      issueCaller: (roleArn, sessionName) => roleCaller(account, roleArn, sessionName),
      // A Lambda runs in real time, whatever the speed of waiting is.
      minimumTimeoutMilliseconds: 15 * 60_000,
    });
    states.onEvent(publishStatesMetrics(cloudwatch.metrics));
    return { service: states };
  },
  async deploy({ region, stateMachines }, _made, { dispatch, credentials: { operator } }) {
    for (const { name, definition, roleArn } of stateMachines) {
      const asOperator = { region, caller: operator.caller };
      await dispatch('states', 'CreateStateMachine', { name, definition, roleArn }, asOperator);
    }
  },
  stop: ({ service }) => service.abortAll(),
});
