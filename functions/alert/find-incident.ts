import { hashOf, incidentIdOf, makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { makeTaskTokens } from '../../shared/aws/task-tokens.ts';
import { config } from '../../shared/config.ts';
import { FindIncidentInput, FindIncidentOutput } from '../../shared/contracts/alert/alert.ts';
import { applyCause } from '../../shared/domain/alert/incident.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * Finds the incident of a cause, opens it where there is none, and puts what the event says into it. A second call finds that it has been
 * said: whoever has opened the incident drives it still.
 */
export const findIncident = defineTask({
  input: FindIncidentInput,
  output: FindIncidentOutput,
  deps: () => ({
    incidents: makeIncidentStore(makeVersionedStore(config().evidenceBucket)),
    tokens: makeTaskTokens(),
  }),
  async run({ executionName, now, cause }, { incidents, tokens }) {
    const finder = { executionName, now, idOf: (at: string) => incidentIdOf(cause.key, at) };
    const applied = await incidents.change(hashOf(cause.key), (before) => applyCause(before, cause, finder));
    if (applied === undefined) return { key: cause.key, id: '', isDriver: false, found: 'noted' as const };
    const { incident, found, wakes } = applied;
    const isDriver = incident.state !== 'resolved' && incident.driver.executionName === executionName;
    // Its token may be a later wait's by now, which then looks once more: no harm.
    if (wakes && !isDriver && incident.token !== null) await tokens.wake(incident.token, { isAnswered: false });
    logger.info('incident found', { key: cause.key, id: incident.id, found, isDriver, wakes });
    return { key: cause.key, id: incident.id, isDriver, found };
  },
});
export const { handler } = findIncident;
