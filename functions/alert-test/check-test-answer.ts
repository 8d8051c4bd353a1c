import { hashOf, hashOfId, makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { config } from '../../shared/config.ts';
import { Deliveries } from '../../shared/contracts/alert/alert.ts';
import { CheckTestAnswerInput, CheckTestAnswerOutput } from '../../shared/contracts/alert-test/alert-test.ts';
import { readTestAnswer, testKey } from '../../shared/domain/alert/alert-test.ts';
import { deliveriesKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';

/** Looks whether the test was answered. It changes nothing, so a second call looks again. */
export const checkTestAnswer = defineTask({
  input: CheckTestAnswerInput,
  output: CheckTestAnswerOutput,
  deps: () => {
    const { evidenceBucket, region, stage } = config();
    const objects = makeVersionedStore(evidenceBucket);
    return {
      objects,
      incidents: makeIncidentStore(objects),
      key: testKey(stagePolicy(operations(), stage).account, region, stage),
    };
  },
  async run({ raisedAt }, { objects, incidents, key }) {
    const incident = await incidents.find(key);
    const kept =
      incident === undefined ? undefined : await objects.get(deliveriesKey(hashOfId(incident.id), incident.id, '1'));
    const deliveries = kept === undefined ? {} : Deliveries.parse(JSON.parse(kept.text));
    const answer = readTestAnswer(incident, deliveries, raisedAt) ?? null;
    const isAnswered = answer !== null && answer.acknowledgedAt !== null;
    logger.info('test looked at', { hash: hashOf(key), ...answer, isAnswered });
    return { answer, isAnswered };
  },
});
export const { handler } = checkTestAnswer;
