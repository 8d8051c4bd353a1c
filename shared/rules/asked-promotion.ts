import { AlarmEvent } from '../contracts/alarm-event.ts';
import { PromotionRequest } from '../contracts/dr-promotion/dr-promotion.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { askedOf } from './asked.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export const askedPromotion = (request: unknown, policy: Operations, stage: StageName): PromotionRequest =>
  askedOf(
    PromotionRequest,
    ofAlarm(request, policy, stage) ?? request,
    { policy, stage },
    {
      expected: '{"database": "<name>", "mode": "plan"}',
      hints: ['To act: {"database": "<name>", "mode": "promote", "reason": "<why>", "mostLossSeconds": 0}.'],
    },
  );

/** An alarm names an instance: of its databases the one is meant that is promoted by more than a person's hand. */
function ofAlarm(event: unknown, policy: Operations, stage: StageName): PromotionRequest | undefined {
  const parsed = AlarmEvent.safeParse(event);
  if (!parsed.success) return undefined;
  const { alarmName, state, configuration } = parsed.data.detail;
  const instance = configuration?.metrics
    ?.map(({ metricStat }) => metricStat?.metric.dimensions?.['Instance'])
    .find((one) => one !== undefined);
  const ofInstance = Object.entries(policy.stages[stage].databases).filter(([, own]) => own.instance === instance);
  const [database] = ofInstance.find(([, { promotion }]) => promotion.decision !== 'by hand') ?? ofInstance[0] ?? [];
  if (database === undefined) return undefined;
  const reason = `alarm '${alarmName}': ${state.reason ?? state.value}`.slice(0, 500);
  return { database, mode: 'auto', reason, mostLossSeconds: 0, alarm: alarmName };
}
