import type { PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { StatesError } from '../../../asl/states-error.ts';
import type { Integration } from './integration.ts';
import { serviceFailure } from './service-failure.ts';

/** `arn:aws:states:::events:putEvents`: adds the execution and its machine to Resources, and fails on a failed entry. */
export const putEvents: Integration = async (context, taskArguments, options) => {
  const given = Array.isArray(taskArguments['Entries']) ? taskArguments['Entries'] : [];
  const Entries = given.map((value) => {
    const entry: Record<string, unknown> = Object(value);
    const { Detail, Resources } = entry;
    const added = [options.executionArn, context.machineArn];
    return {
      ...entry,
      Detail: typeof Detail === 'string' ? Detail : JSON.stringify(Detail ?? {}),
      Resources: [...(Array.isArray(Resources) ? Resources : []), ...added],
    };
  });
  let output: PutEventsCommandOutput;
  try {
    const call = { region: context.region, caller: context.caller(), signal: options.signal };
    output = (await context.dispatch('events', 'PutEvents', { Entries }, call)) as PutEventsCommandOutput;
  } catch (thrown) {
    throw serviceFailure(thrown, {
      prefix: 'EventBridge',
      serviceName: 'EventBridge',
      general: 'AmazonEventBridgeException',
    });
  }
  const result = { Entries: output.Entries ?? [], FailedEntryCount: output.FailedEntryCount ?? 0 };
  if (result.FailedEntryCount > 0) {
    throw new StatesError('EventBridge.FailedEntry', JSON.stringify(result));
  }
  return result;
};
