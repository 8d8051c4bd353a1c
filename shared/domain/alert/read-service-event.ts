import type { AlertCause } from '../../contracts/alert/alert.ts';
import { HeartbeatEvent, ReviewEvent } from '../../contracts/alert/own-events.ts';
import { GuardDutyEvent, HealthEvent, RdsEvent } from '../../contracts/alert/service-events.ts';
import type { Severity } from '../../contracts/common.ts';
import type { AlarmPlace } from '../alarm/cause.ts';
import { momentOf } from './moment.ts';
import { reviewCause, reviewMember } from './reviews.ts';

type Read = { readonly cause: AlertCause | null; readonly why: string };
const notOurs = (why: string): Read => ({ cause: null, why });

/** What AWS itself reports: of an instance of ours, of the account's safety, of its own services. */
export function readServiceEvent(event: unknown, place: AlarmPlace): Read | undefined {
  const rds = RdsEvent.safeParse(event);
  if (rds.success) return ofRds(rds.data, place);
  const finding = GuardDutyEvent.safeParse(event);
  if (finding.success) return ofFinding(finding.data, place);
  const health = HealthEvent.safeParse(event);
  if (health.success) return ofHealth(health.data, place);
  return readOwnEvent(event, place);
}

/** Nothing is wrong by a heartbeat; what is overdue is one incident for all reviews of a stage. */
function readOwnEvent(event: unknown, place: AlarmPlace): Read | undefined {
  if (HeartbeatEvent.safeParse(event).success) return notOurs(heartbeatHeard);
  const review = ReviewEvent.safeParse(event);
  if (!review.success) return undefined;
  const { account, region, detail } = review.data;
  if (account !== place.account || detail.stage !== place.stage)
    return notOurs(`stage '${detail.stage}' is another one`);
  const { incidentId, severity, title, reviewBy, pageKey, state, at } = detail;
  const reason =
    state === 'over'
      ? `the review of '${title}' is there`
      : `the review of ${severity} '${title}' was due by ${reviewBy.slice(0, 10)}; its page is ${pageKey}`;
  return made({ account, region }, place, {
    ...{ subject: 'stage', cause: reviewCause, member: reviewMember(incidentId), severity: 'P4', hasEnd: true },
    ...{ title: 'the review of an incident is overdue', reason, state, at },
  });
}

export const heartbeatHeard = 'a heartbeat, which asks nobody';

/** The worst of its categories counts; what is not here is told by alarms, or is no trouble. */
const categories: Readonly<Record<string, Severity>> = { failure: 'P1', 'low storage': 'P1', failover: 'P2' };

export const askedCategories: readonly string[] = Object.keys(categories);

function ofRds({ account, region, time, detail }: RdsEvent, place: AlarmPlace): Read {
  const { SourceIdentifier, EventCategories, Message, Date: at = time } = detail;
  const isOurs = Object.values(place.databases).some(
    ({ instance, replicas }) => instance === SourceIdentifier || replicas.includes(SourceIdentifier),
  );
  if (account !== place.account || !isOurs) return notOurs(`instance '${SourceIdentifier}' is none of this stage`);
  const known = EventCategories.filter((one) => categories[one] !== undefined);
  const [category] = known.sort((left, right) => ((categories[left] ?? '') < (categories[right] ?? '') ? -1 : 1));
  const severity = categories[category ?? ''];
  if (category === undefined || severity === undefined)
    return notOurs(`${EventCategories.join(', ')} of an instance asks nobody`);
  // Not by its id, which DescribeEvents does not say: both ways lead to one incident, and so do the five events of one fail-over.
  const cause = `rds ${category}`;
  const said = { subject: `instance/${SourceIdentifier}`, cause, member: cause, severity, reason: Message };
  return made({ account, region }, place, { ...said, at, title: `${SourceIdentifier}: ${Message}`, hasEnd: false });
}

/** GuardDuty's own grades: 7 and more are high, 4 and more medium. */
const severityOfFinding = (grade: number): Severity => (grade >= 7 ? 'P1' : grade >= 4 ? 'P2' : 'P3');

function ofFinding({ account, region, time, detail }: GuardDutyEvent, place: AlarmPlace): Read {
  if (account !== place.account) return notOurs(`account '${account}' is none of this stage`);
  const { id, type, severity, title, description, updatedAt = time } = detail;
  const said = { subject: 'stage', cause: `finding ${id}`, member: type, severity: severityOfFinding(severity) };
  return made({ account, region }, place, { ...said, at: updatedAt, title, reason: description, hasEnd: false });
}

/** What stands between an alarm and a person, and what carries the databases. */
const services: ReadonlySet<string> = new Set([
  'RDS',
  'EC2',
  'EBS',
  'S3',
  'KMS',
  'LAMBDA',
  'STATES',
  'EVENTS',
  'CLOUDWATCH',
  'SNS',
  'SECRETSMANAGER',
  'ROUTE53',
]);

function ofHealth({ account, region, time, detail }: HealthEvent, place: AlarmPlace): Read {
  const { service, eventArn, eventTypeCode, eventTypeCategory, statusCode, eventDescription } = detail;
  if (account !== place.account) return notOurs(`account '${account}' is none of this stage`);
  if (!services.has(service)) return notOurs(`service '${service}' is none that is used here`);
  const severity: Severity =
    eventTypeCategory === 'issue' ? 'P2' : eventTypeCategory === 'scheduledChange' ? 'P3' : 'P4';
  const said = { subject: `service/${service}`, cause: eventTypeCode, member: eventArn, severity, hasEnd: true };
  const reason = eventDescription[0]?.latestDescription ?? eventTypeCode;
  const state = statusCode === 'closed' ? ('over' as const) : ('problem' as const);
  return made({ account, region }, place, { ...said, at: time, title: `${service}: ${eventTypeCode}`, reason, state });
}

function made(
  { account, region }: { readonly account: string; readonly region: string },
  { stage }: AlarmPlace,
  said: Pick<AlertCause, 'subject' | 'cause' | 'member' | 'severity' | 'title' | 'reason' | 'hasEnd' | 'at'> & {
    readonly state?: AlertCause['state'];
  },
): Read {
  const { at, reason, title, state = 'problem', ...rest } = said;
  const cause: AlertCause = {
    ...rest,
    ...{
      account,
      region,
      stage,
      state,
      at: momentOf(at),
      key: [account, region, stage, said.subject, said.cause].join('/'),
    },
    ...{
      title: title.slice(0, 200),
      reason: reason.slice(0, 1000),
      description: '',
      value: null,
      threshold: null,
      runbook: null,
    },
  };
  return { cause, why: '' };
}
