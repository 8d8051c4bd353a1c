import { secretsPermissions } from '../../iam/required/functions-and-secrets.ts';
import { deploySecrets } from '../../template/deploy.ts';
import { regionalArn, type StackContext } from '../../template/resource.ts';
import { suffix } from '../../template/suffix.ts';
import { defineService } from '../definition.ts';
import { notes } from './notes.ts';
import { makeSecretsManager } from './secretsmanager.ts';

const secretArn = (context: StackContext, name: string) =>
  regionalArn('secretsmanager', () => `secret:${name}-${suffix(context, name).slice(0, 6)}`)(context, name);

export const secretsService = defineService({
  name: 'secrets',
  id: 'secretsmanager',
  notes,
  permissions: secretsPermissions,
  resources: { 'AWS::SecretsManager::Secret': { nameProperty: 'Name', arn: secretArn, ref: secretArn } },
  make: ({ account }, _others: object) => ({ service: makeSecretsManager({ account }) }),
  deploy: (stack, { service }) => deploySecrets(stack, service),
});
