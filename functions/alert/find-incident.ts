import { makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { takeUpCause } from '../../shared/alert/take-up-cause.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { makeTaskTokens } from '../../shared/aws/task-tokens.ts';
import { config } from '../../shared/config.ts';
import { FindIncidentInput, FindIncidentOutput } from '../../shared/contracts/alert/alert.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Finds the incident of a cause, or one of the same subject that has just begun, opens it where there is none, and puts what the event says
 * into it. A second call finds that it has been said: whoever has opened the incident drives it still.
 */
export const findIncident = defineTask({
  input: FindIncidentInput,
  output: FindIncidentOutput,
  deps: () => {
    const objects = makeVersionedStore(config().evidenceBucket);
    const { groupSeconds } = operations().alert;
    return { objects, incidents: makeIncidentStore(objects), tokens: makeTaskTokens(), groupSeconds };
  },
  async run({ executionName, now, cause }, { tokens, ...parts }) {
    const { key, applied } = await takeUpCause(cause, { executionName, now }, parts);
    if (applied === undefined) return { key, id: '', isDriver: false, found: 'noted' as const };
    const { incident, found, wakes } = applied;
    const isDriver = incident.state !== 'resolved' && incident.driver.executionName === executionName;
    // Its token may be a later wait's by now, which then looks once more: no harm.
    if (wakes && !isDriver && incident.token !== null) await tokens.wake(incident.token, { isAnswered: false });
    logger.info('incident found', { key, member: cause.member, id: incident.id, found, isDriver, wakes });
    return { key, id: incident.id, isDriver, found };
  },
});
export const { handler } = findIncident;
