import { makeAnswerLink } from '../../shared/alert/answer-link.ts';
import { ask } from '../../shared/alert/ask.ts';
import { makeDeliveryLog } from '../../shared/alert/delivery-log.ts';
import { hashOf, hashOfId, makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { targetsOfEnd, targetsOfStep } from '../../shared/alert/targets.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { makeTopic } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { NotifyIncidentInput, NotifyIncidentOutput } from '../../shared/contracts/alert/alert.ts';
import { noted } from '../../shared/domain/alert/incident.ts';
import { PageEnvironment } from '../../shared/evidence/environment.ts';
import { deliveriesKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { makePostJson } from '../../shared/notify/post-json.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { personsWithMail, servicesOf } from '../../shared/rules/alert.ts';

const HOUR = 3_600_000;

/**
 * Asks whom the newest step of an incident asks, or reports its end. What was sent is written down before and after: a second call
 * sends what is missing, and nobody gets a step a third time.
 */
export const notifyIncident = defineTask({
  input: NotifyIncidentInput,
  output: NotifyIncidentOutput,
  environment: PageEnvironment,
  deps: ({ MAIL_TOPIC_ARN, PAGE_TOPIC_ARN, ANSWER_URL, LINK_SECRET_ARN }) => {
    const { stage, evidenceBucket } = config();
    const policy = operations();
    const objects = makeVersionedStore(evidenceBucket);
    return {
      objects,
      incidents: makeIncidentStore(objects),
      linkSecretArn: LINK_SECRET_ARN,
      answerUrl: ANSWER_URL,
      linkHours: policy.alert.linkHours,
      mouths: {
        receivers: stagePolicy(policy, stage).receivers,
        routing: policy.notifications,
        services: servicesOf(policy, stage),
        withMail: personsWithMail(policy),
        secrets: makeSecrets(),
        post: makePostJson({ pauses: [] }),
        mail: makeTopic(MAIL_TOPIC_ARN),
        page: makeTopic(PAGE_TOPIC_ARN),
      },
    };
  },
  async run({ key, id, act, now }, { objects, incidents, linkSecretArn, answerUrl, linkHours, mouths }) {
    const incident = await incidents.read(id);
    const step = incident.steps.at(-1);
    // Its end is no news to anybody when nobody was asked.
    if (step === undefined) return { delivered: [], failed: [] };
    const secret = await mouths.secrets.readLinkSecret(linkSecretArn);
    const expires = Date.now() + linkHours * HOUR;
    const linkFor = (who: string) => makeAnswerLink(answerUrl, secret, { incidentId: id, who, expires });
    const targets =
      act === 'notify'
        ? targetsOfStep(incident, step, { ...mouths, linkFor })
        : targetsOfEnd(incident, { ...mouths, linkFor });
    const log = makeDeliveryLog(objects, deliveriesKey(hashOfId(id), id, act === 'notify' ? `${step.number}` : 'end'));
    const { delivered, failed, problems } = await ask(incident.title, targets, log, {
      warn: (problem) => logger.warn('channel failed', { problem, id }),
    });
    if (act === 'notify') {
      const whom = [step.role, ...step.people].join(', ');
      const what = `asked ${whom} by ${delivered.join(', ')}${problems.map((one) => `; not delivered: ${one}`).join('')}`;
      await incidents.change(hashOf(key), (current) =>
        current?.id !== id ? undefined : { incident: { ...current, timeline: noted(current.timeline, now, what) } },
      );
    }
    logger.info('incident notified', { id, act, step: step.number, role: step.role, delivered, failed });
    return { delivered: [...delivered], failed: [...failed] };
  },
});
export const { handler } = notifyIncident;
