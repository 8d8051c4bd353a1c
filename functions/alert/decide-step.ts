import { hashOf, makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { storedSilences } from '../../shared/alert/silences.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { config } from '../../shared/config.ts';
import { DecideStepInput, DecideStepOutput } from '../../shared/contracts/alert/alert.ts';
import { decideStep as decide } from '../../shared/domain/alert/decide-step.ts';
import { coerceError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { alertRule } from '../../shared/rules/alert.ts';

const unread = (key: string, error: unknown) =>
  logger.warn('a silence cannot be read', { key, error: coerceError(error).message });

/**
 * Decides what happens next in an incident: somebody is asked, an answer or the end is awaited, or it is resolved. Each
 * decision has a number and is kept: a second call answers the same.
 */
export const decideStep = defineTask({
  input: DecideStepInput,
  output: DecideStepOutput,
  deps: () => ({
    incidents: makeIncidentStore(makeVersionedStore(config().evidenceBucket)),
    store: makeObjectStore(config().evidenceBucket),
    rule: alertRule(operations()),
  }),
  async run({ key, id, ...asked }, { incidents, store, rule }) {
    const silences = [...rule.silences, ...(await storedSilences(store, unread))];
    for (;;) {
      const before = await incidents.find(key);
      if (before?.id !== id) {
        // Resolved by an earlier call of this one, and the next incident of its key has come since.
        const { severity } = await incidents.read(id);
        return { act: 'resolve' as const, seconds: 1, settles: null, severity, why: 'it is resolved' };
      }
      const next = decide(before, { ...rule, silences }, asked);
      if (next.decision.act === 'resolve') await incidents.keepResolved(next.incident);
      const changed = await incidents.change(hashOf(key), (current) =>
        JSON.stringify(current) === JSON.stringify(before) ? next : undefined,
      );
      if (changed === undefined) continue;
      logger.info('step decided', { key, id, round: asked.round, ...next.decision });
      return next.decision;
    }
  },
});
export const { handler } = decideStep;
