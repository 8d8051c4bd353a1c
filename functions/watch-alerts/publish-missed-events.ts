import { incidentOf } from '../../shared/alert/grouping.ts';
import { makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { listAlarmChanges } from '../../shared/aws/alarm-states.ts';
import { putOwnEvents } from '../../shared/aws/event-bus.ts';
import { listInstanceEvents } from '../../shared/aws/rds/events.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { config } from '../../shared/config.ts';
import {
  EventsRead,
  PublishMissedEventsInput,
  PublishMissedEventsOutput,
} from '../../shared/contracts/watch-alerts/watch-alerts.ts';
import { isMissed, missedAlarm, missedEvent, windowOf } from '../../shared/domain/alert/missed-events.ts';
import { readEvent } from '../../shared/domain/alert/read-event.ts';
import { askedCategories } from '../../shared/domain/alert/read-service-event.ts';
import { eventsReadKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { countMissedEvents } from '../../shared/metrics/watch-alerts.ts';
import { operations } from '../../shared/policy/operations.ts';
import { alarmPlace } from '../../shared/rules/alert.ts';

/**
 * Reads how alarms stand, and the events of instances that RDS keeps, and puts on the bus what no incident knows: an event may be lost
 * between a service and alert. A second call puts once more what has not arrived; what has is known to its incident.
 */
export const publishMissedEvents = defineTask({
  input: PublishMissedEventsInput,
  output: PublishMissedEventsOutput,
  deps: () => {
    const { evidenceBucket, stage, region } = config();
    const objects = makeVersionedStore(evidenceBucket);
    const place = alarmPlace(operations(), stage);
    return {
      ...{ objects, incidents: makeIncidentStore(objects), put: putOwnEvents() },
      ...{ listEvents: listInstanceEvents(), listAlarms: listAlarmChanges() },
      ...{ place, region, now: () => new Date() },
    };
  },
  async run(_, { objects, incidents, put, listEvents, listAlarms, place, region, now }) {
    const before = await objects.get(eventsReadKey);
    const readUntil = before === undefined ? undefined : EventsRead.parse(JSON.parse(before.text)).until;
    const window = windowOf(readUntil, now().toISOString());
    const changed = (await listAlarms()).filter(({ at }) => window.from <= at && at <= window.to);
    const found = [
      ...changed.map((alarm) => missedAlarm(alarm, place, region)),
      ...(await listEvents(window, askedCategories)).map((event) => missedEvent(event, place, region)),
    ];
    const missed: typeof found = [];
    const said: { member: string; state: string; at: string }[] = [];
    for (const event of found) {
      const { cause } = readEvent(event, place);
      if (cause === null || !isMissed(await incidentOf(cause, objects, incidents), cause)) continue;
      missed.push(event);
      said.push({ member: `${cause.subject}: ${cause.member}`, state: cause.state, at: cause.at });
    }
    await put(missed.map((event) => ({ detailType: event['detail-type'], detail: event.detail })));
    countMissedEvents(missed.length);
    // Another pass may have come further: then this one has read again what that one had.
    await objects.replace(eventsReadKey, JSON.stringify({ schemaVersion: 1, until: window.to }), before);
    if (said.length > 0) logger.warn('events that were not delivered', { missed: said });
    return { read: found.length, missed: said };
  },
});
export const { handler } = publishMissedEvents;
