import type { Sandbox } from '../../sandbox.ts';
import { devStage } from '../../stage-policy.ts';
import type { Exercise } from '../exercises.ts';
import { invoke } from '../invoke.ts';

const second = (): string => devStage().dr?.region ?? '';

/** Who decides about a promotion: an alarm that starts one, a primary that is watched, and people who are asked. */
export function exercisesOfDecision(database: string, instance: string): Exercise[] {
  const alarm = `pg-gameday-silent-elsewhere-critical-${instance}-dev`;
  const executionName = 'exercise';
  const [primary, replicaId] = [{ region: devStage().region, instanceId: instance }, `${instance}-exercise`];
  const approval = { needed: 1, seconds: 60, approvers: ['nobody'] };
  const asked = (isLost: boolean, seen: object) => ({
    ...{ executionName, executionArn: 'arn:aws:states:us-west-2:123456789012:execution:dr-promotion-dev:exercise' },
    ...{ database, primary, replicaId, reason: 'an exercise', approval, seen: isLost ? seen : null, isFence: true },
    ...{ mostLossSeconds: 0, approvedBy: [], token: 'of an exercise', seconds: 60 },
  });
  return [
    { title: 'a promotion that an alarm starts', run: startByAlarm },
    {
      title: 'a primary that is watched, and people who are asked',
      run: async (sandbox) => {
        const request = { database, mode: 'auto', alarm };
        const { plan } = (await invoke(sandbox, 'planPromotion', { executionName, request }, second())) as {
          plan?: { lease: { watch: object } | null };
        };
        if (plan?.lease == null) return `planned ${JSON.stringify(plan)}`;
        const watched = await invoke(
          sandbox,
          'watchPrimary',
          {
            ...{ executionName, database, primary, replicaId, approval, replay: null, mostLossSeconds: 0 },
            automatic: { alarm: null, mayDecide: false, isNothingLost: false },
            ...{ lease: plan.lease, watch: plan.lease.watch, waitedSeconds: 315 },
          },
          second(),
        );
        if (typeof watched['verdict'] !== 'string') return JSON.stringify(watched);
        const ofAlarm = await invoke(
          sandbox,
          'watchPrimary',
          {
            ...{ executionName, database, primary, replicaId, approval, replay: null, mostLossSeconds: 0 },
            automatic: { alarm, mayDecide: false, isNothingLost: false },
            ...{ lease: plan.lease, watch: plan.lease.watch, waitedSeconds: 0 },
          },
          second(),
        );
        const answers = [
          await invoke(sandbox, 'askPromotion', asked(false, watched), second()),
          await invoke(sandbox, 'askPromotion', asked(true, watched), second()),
        ];
        const checked = await invoke(
          sandbox,
          'checkPromotionAnswer',
          { executionName, database, answer: null, before: [] },
          second(),
        );
        const isRight = answers.every(({ answer }) => answer === null) && Array.isArray(checked['approvedBy']);
        return isRight && typeof ofAlarm['verdict'] === 'string'
          ? undefined
          : JSON.stringify([ofAlarm, answers, checked]);
      },
    },
  ];
}

/** By its event, so that the rule's own role is needed; the packaged rule hears of no alarm that there is. */
async function startByAlarm(sandbox: Sandbox): Promise<string | undefined> {
  const own = new Set<string>();
  const stopListening = sandbox.states.onEvent((one) => {
    if (one.kind === 'history' && one.executionArn.includes(':execution:dr-promotion-')) own.add(one.executionArn);
  });
  try {
    await sandbox.bus.emit(second(), {
      ...{ source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change', resources: [] },
      detail: { alarmName: 'pg-gameday-no-alarm-promotes-dev', state: { value: 'ALARM' } },
    });
  } finally {
    stopListening();
  }
  const [arn] = own;
  if (arn === undefined) return 'the event started nothing';
  const { status, error } = await sandbox.states.waitForEnd(arn);
  return status === 'FAILED' && error === 'NotPromoted' ? undefined : `${status}: ${error}`;
}
