import type { WantedTopic } from '../domain/alert/alert-test.ts';
import { stagePolicy } from '../policy/operations.ts';
import type { Operations } from '../policy/schema.ts';

type Arns = Readonly<Record<`${'P1' | 'P2' | 'P3' | 'P4' | 'MAIL' | 'PAGE'}_TOPIC_ARN`, string>>;

/** Who is to hear of each topic, as operations.yml says. That of a severity is heard by the function that knows the channels. */
export function wantedTopics(
  policy: Operations,
  stage: 'dev' | 'test' | 'prod',
  arns: Arns,
): (WantedTopic & { readonly arn: string })[] {
  const { email } = stagePolicy(policy, stage).receivers;
  const carrier = [{ name: 'sendNotification', endpoint: null }];
  return [
    ...(['P1', 'P2', 'P3', 'P4'] as const).map((topic) => ({
      ...{ topic, protocol: 'lambda' as const, wanted: carrier, arn: arns[`${topic}_TOPIC_ARN`] },
    })),
    {
      ...{ topic: 'mail', protocol: 'email', arn: arns.MAIL_TOPIC_ARN },
      wanted: email.map(({ address }, index) => ({ name: `receivers.email[${index}]`, endpoint: address })),
    },
    {
      ...{ topic: 'page', protocol: 'email', arn: arns.PAGE_TOPIC_ARN },
      wanted: Object.entries(policy.alert.people).flatMap(([name, person]) =>
        person.email === undefined ? [] : [{ name, endpoint: person.email }],
      ),
    },
  ];
}
