import { putOwnEvents } from '../../shared/aws/event-bus.ts';
import { config } from '../../shared/config.ts';
import { PublishHeartbeatInput, PublishHeartbeatOutput } from '../../shared/contracts/watch-alerts/watch-alerts.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/** Sends an event the way that alarms go, as far as the first task of alert. A second call sends another one: it is harmless. */
export const publishHeartbeat = defineTask({
  input: PublishHeartbeatInput,
  output: PublishHeartbeatOutput,
  deps: () => ({ put: putOwnEvents(), stage: config().stage, now: () => new Date() }),
  async run(_, { put, stage, now }) {
    await put([{ detailType: 'Alert Heartbeat', detail: { stage } }]);
    return { sentAt: now().toISOString() };
  },
});
export const { handler } = publishHeartbeat;
