import { putOwnEvents } from '../../shared/aws/event-bus.ts';
import { config } from '../../shared/config.ts';
import { SendHeartbeatInput, SendHeartbeatOutput } from '../../shared/contracts/watch-alerts.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/** Sends an event the way that alarms go, as far as the first task of alert. A second call sends another one: it is harmless. */
export const sendHeartbeat = defineTask({
  input: SendHeartbeatInput,
  output: SendHeartbeatOutput,
  deps: () => ({ put: putOwnEvents(), stage: config().stage, now: () => new Date() }),
  async run(_, { put, stage, now }) {
    await put([{ detailType: 'Alert Heartbeat', detail: { stage } }]);
    return { sentAt: now().toISOString() };
  },
});
export const { handler } = sendHeartbeat;
