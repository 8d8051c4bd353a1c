import { snsPermissions } from '../../iam/required/messaging.ts';
import { deployTopics } from '../../template/deploy.ts';
import { regionalArn } from '../../template/resource.ts';
import { defineService } from '../definition.ts';
import { declaredIn } from './declared.ts';
import { makeDeliver } from './deliver.ts';
import { notes } from './notes.ts';
import { makeSns } from './sns.ts';

const topicArn = regionalArn('sns', (name) => name);

export const snsService = defineService({
  name: 'sns',
  id: 'sns',
  notes,
  permissions: snsPermissions,
  resources: { 'AWS::SNS::Topic': { nameProperty: 'TopicName', arn: topicArn, ref: topicArn } },
  make: ({ account, dispatch, interceptDelivery, reportUndelivered, stacks }, _others: object) => ({
    service: makeSns({
      account,
      declared: declaredIn(stacks),
      deliver: makeDeliver({
        account,
        dispatch,
        onFailure: ({ endpoint }, error) => reportUndelivered(`subscription of '${endpoint}'`, error),
        ...(interceptDelivery === undefined ? {} : { intercept: interceptDelivery }),
      }),
    }),
  }),
  deploy: (stack, { service }) => deployTopics(stack, service),
});
