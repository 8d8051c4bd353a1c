import type { Incident } from '../../contracts/alert/alert.ts';
import { noted } from './incident.ts';

export type Answer = {
  readonly incidentId: string;
  readonly by: string;
  readonly way: string;
  readonly at: string;
};

export type Answered = {
  readonly incident: Incident;
  readonly result: 'acknowledged' | 'already acknowledged' | 'already resolved' | 'superseded';
};

/** Once: whoever comes second is told who was first. An answer to an incident that is over acknowledges no later one. */
export function acknowledge(incident: Incident, { incidentId, by, way, at }: Answer): Answered {
  const refused = (result: Answered['result']): Answered => ({
    incident: refusalNoted(incident, at, `an answer of ${by} by ${way} is refused: ${result}`),
    result,
  });
  if (incident.id !== incidentId) return refused('superseded');
  if (incident.state === 'resolved') return refused('already resolved');
  if (incident.acknowledged !== null) return refused('already acknowledged');
  const what = `${by} has acknowledged it by ${way}`;
  return {
    incident: {
      ...incident,
      state: 'acknowledged',
      acknowledged: { at, by, way },
      timeline: noted(incident.timeline, at, what),
    },
    result: 'acknowledged',
  };
}

const mostRefusals = 20;

/** Of what somebody repeats again and again a few are enough; the log has them all. */
export function refusalNoted(incident: Incident, at: string, what: string): Incident {
  const refusals = incident.timeline.filter((line) => line.what.includes(' is refused: ')).length;
  return refusals >= mostRefusals ? incident : { ...incident, timeline: noted(incident.timeline, at, what) };
}
