import { hashOfId, makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { memberViews } from '../../shared/alert/member-views.ts';
import { openIncidents } from '../../shared/alert/open-incidents.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { config } from '../../shared/config.ts';
import { RecordIncidentInput, RecordIncidentOutput } from '../../shared/contracts/alert/alert.ts';
import type { ReviewDue } from '../../shared/contracts/watch-alerts/watch-alerts.ts';
import { incidentPageKey, openIncidentsKey, resolvedIncidentKey, reviewDueKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { incidentPage, openIncidentsPage } from '../../shared/report/alert/incident-page.ts';

/** Keeps what became of an incident, as a record and as a page. A second call keeps the same again. */
export const recordIncident = defineTask({
  input: RecordIncidentInput,
  output: RecordIncidentOutput,
  deps: () => {
    const { evidenceBucket, stage } = config();
    const { platform, alert } = operations();
    return {
      incidents: makeIncidentStore(makeVersionedStore(evidenceBucket)),
      store: makeObjectStore(evidenceBucket),
      place: { stage, timeZone: platform.timeZone, runbooks: alert.runbooks ?? null },
    };
  },
  async run({ id, now }, { incidents, store, place }) {
    const incident = await incidents.read(id);
    await incidents.keepResolved(incident);
    const pageKey = incidentPageKey(hashOfId(id), id);
    await store.put(
      pageKey,
      incidentPage({ incident, members: memberViews(incident), ...place, answer: null, others: [] }),
      'text/html; charset=utf-8',
    );
    const { reviewBy } = incident;
    if (reviewBy !== null) {
      const { severity, title } = incident;
      const due: ReviewDue = { schemaVersion: 1, incidentId: id, severity, title, reviewBy, pageKey };
      await store.put(reviewDueKey(id), JSON.stringify(due), 'application/json');
    }
    const open = await openIncidents(store);
    await store.put(
      openIncidentsKey,
      openIncidentsPage(open, place.stage, place.timeZone, now),
      'text/html; charset=utf-8',
    );
    const steps = `${incident.steps.length} ${incident.steps.length === 1 ? 'request' : 'requests'}`;
    const summary = `${incident.severity} ${incident.title}: over after ${steps}, ${incident.acknowledged === null ? 'not acknowledged' : `acknowledged by ${incident.acknowledged.by}`}`;
    logger.info('incident recorded', { id, summary });
    return { recordKey: resolvedIncidentKey(hashOfId(id), id), pageKey, summary };
  },
});
export const { handler } = recordIncident;
