import { answerPagerDuty } from '../../shared/alert/answer-pager-duty.ts';
import { answerPerson } from '../../shared/alert/answer-person.ts';
import { makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { openIncidents } from '../../shared/alert/open-incidents.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { makeTaskTokens } from '../../shared/aws/task-tokens.ts';
import { config } from '../../shared/config.ts';
import { AcknowledgeIncidentInput, AcknowledgeIncidentOutput } from '../../shared/contracts/alert/alert.ts';
import { AnswerEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { pagerDutySecrets } from '../../shared/rules/alert.ts';

/** A new secret holds after so long; a flood of requests does not become one of reads. */
const secretsAgeMilliseconds = 60_000;

/**
 * Shows the page of an incident to whoever has a signed link, and acknowledges it when its one button is pressed, or when PagerDuty
 * says that somebody has. A second call finds it acknowledged, and says by whom.
 */
export const acknowledgeIncident = defineTask({
  input: AcknowledgeIncidentInput,
  output: AcknowledgeIncidentOutput,
  environment: AnswerEnvironment,
  deps: ({ LINK_SECRET_ARN }) => {
    const { evidenceBucket, stage } = config();
    const policy = operations();
    const secrets = makeSecrets();
    const store = makeObjectStore(evidenceBucket);
    const services = pagerDutySecrets(policy, stage);
    return {
      incidents: makeIncidentStore(makeVersionedStore(evidenceBucket)),
      tokens: makeTaskTokens(),
      linkKey: kept(() => secrets.readLinkSecret(LINK_SECRET_ARN)),
      webhookSecrets: kept(async () =>
        (await Promise.allSettled(services.map((arn) => secrets.readPagerDutySecret(arn)))).flatMap((one) =>
          one.status === 'fulfilled' ? one.value.webhookSecrets : [],
        ),
      ),
      others: () => openIncidents(store),
      page: { timeZone: policy.platform.timeZone, runbooks: policy.alert.runbooks ?? null },
      now: () => new Date(),
      refused: (why: string, about: object) => logger.warn('answer refused', { why, ...about }),
    };
  },
  async run(request, parts) {
    return request.rawPath === '/pagerduty' ? answerPagerDuty(request, parts) : answerPerson(request, parts);
  },
});
export const { handler } = acknowledgeIncident;

/** Reads something once a minute at most. */
function kept<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | undefined;
  return () => {
    if (last === undefined || Date.now() - last.at > secretsAgeMilliseconds) {
      const value = read();
      const reading = { at: Date.now(), value };
      last = reading;
      value.catch(() => {
        if (last === reading) last = undefined;
      });
    }
    return last.value;
  };
}
