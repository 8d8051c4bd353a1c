import type { Incident } from '../../contracts/alert/alert.ts';
import { html, type Markup } from '../html.ts';
import { page } from '../page.ts';

/** One alarm of an incident in words. */
export type MemberView = {
  readonly title: string;
  readonly reason: string;
  readonly measured: string | null;
  readonly runbook: string | null;
  readonly isOver: boolean;
};

export type IncidentPage = {
  readonly incident: Incident;
  /** What is wrong; of an incident that is over, what was. */
  readonly members: readonly MemberView[];
  readonly timeZone: string;
  /** Below it lies docs/runbooks/; null where operations.yml names none. */
  readonly runbooks: string | null;
  /** What is below the heading: the button, or what became of an answer. */
  readonly answer: Markup | null;
  /** Other incidents of the stage that are not over. */
  readonly others: readonly Incident[];
};

/** A page for the telephone of somebody who was just woken up: what is wrong, how bad, since when, what to do; then the rest. */
export function incidentPage({ incident, members, timeZone, runbooks, answer, others }: IncidentPage): string {
  const { severity, title, stage, subject, region, openedAt, steps, timeline, acknowledged } = incident;
  const when = (moment: string) => wallClock(moment, timeZone);
  return page(
    `${severity} ${title}`,
    html`<h1>${severity} ${title}</h1>
<p class="verdict ${tones[incident.state]}">${stateText(incident, when)}</p>
${answer}
<p>${subject} in ${region}, stage ${stage}; since ${when(openedAt)}${incident.recurrences === 0 ? '' : `; came back ${incident.recurrences} times`}</p>
<h2>What is wrong</h2>
${members.map((member) => memberOf(member, runbooks))}
<h2>Who was asked</h2>
${
  steps.length === 0
    ? html`<p>Nobody yet.</p>`
    : html`<table class="cards"><tr><th>When</th><th>Who</th><th>Until</th></tr>
${steps.map(
  (
    step,
  ) => html`<tr><td data-label="asked">${when(step.startedAt)}</td><td data-label="who">${[step.role, ...step.people].join(', ')}</td><td data-label="until">${when(step.answerBy)}</td></tr>
`,
)}</table>`
}
${acknowledged === null ? null : html`<p>${acknowledged.by} has acknowledged it by ${acknowledged.way} at ${when(acknowledged.at)}.</p>`}
<h2>What happened</h2>
<table class="cards"><tr><th>When</th><th>What</th></tr>
${timeline.map(
  (line) => html`<tr><td class="state">${when(line.at)}</td><td>${line.what}</td></tr>
`,
)}</table>
${
  others.length === 0
    ? null
    : html`<h2>Open besides</h2>
${openList(others, when)}`
}
<p><small>Incident ${incident.id}. Times are of ${timeZone}.</small></p>`,
  );
}

const tones = { open: 'bad', acknowledged: 'warn', resolved: 'good' } as const;

function stateText(
  { state, acknowledged, resolvedAt, reviewBy, steps }: Incident,
  when: (moment: string) => string,
): string {
  if (state === 'resolved')
    return `Over since ${when(resolvedAt ?? '')}${reviewBy === null ? '' : `. Its review is due by ${when(reviewBy)}`}`;
  if (acknowledged !== null) return `${acknowledged.by} has taken it, and it is not over`;
  const last = steps.at(-1);
  return last === undefined ? 'Open, nobody is asked yet' : `Open; ${last.role} has until ${when(last.answerBy)}`;
}

function memberOf({ title, reason, measured, runbook, isOver }: MemberView, runbooks: string | null): Markup {
  const link = (file: string) =>
    runbooks === null ? html`<code>${file}</code>` : html`<a href="${new URL(file, runbooks).href}">${file}</a>`;
  return html`<p><strong>${title}</strong></p>
${measured === null ? null : html`<p>Newest value ${measured}${isOver ? ' (over by now)' : ''}</p>`}
<p><small>${reason}</small></p>
${runbook === null ? null : html`<p>Runbook: ${link(runbook)}</p>`}
`;
}

const openList = (incidents: readonly Incident[], when: (moment: string) => string): Markup => html`<ul>
${incidents.map(
  (one) => html`<li>${one.severity} ${one.title}, ${one.state}, since ${when(one.openedAt)}</li>
`,
)}</ul>`;

/** The list of what is not over, in the bucket: `alert/open.html`. */
export function openIncidentsPage(
  incidents: readonly Incident[],
  stage: string,
  timeZone: string,
  now: string,
): string {
  const when = (moment: string) => wallClock(moment, timeZone);
  const text =
    incidents.length === 0 ? 'Nothing is open' : `${incidents.length} ${incidents.length === 1 ? 'is' : 'are'} open`;
  return page(
    `Incidents of ${stage}`,
    html`<h1>Incidents of ${stage}</h1>
<p class="verdict ${incidents.length === 0 ? 'good' : 'bad'}">${text}, as of ${when(now)}</p>
${incidents.length === 0 ? null : openList(incidents, when)}
<p><small>Times are of ${timeZone}.</small></p>`,
  );
}

/** `2026-03-07 14:04:40` on the clock of a zone. */
const wallClock = (moment: string, timeZone: string): string =>
  moment === ''
    ? ''
    : new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(moment));
