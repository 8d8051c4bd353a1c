import { type ClientModel, readClientModel } from '../../../wire/model.ts';

/** A service by its name in `arn:aws:states:::aws-sdk:<name>:<action>`. */
export type SdkService = {
  /** Signing name: what `dispatch` is called with. */
  readonly id: string;
  /** The Java client's name, the prefix of its error names. */
  readonly prefix: string;
  readonly load: () => Promise<Readonly<Record<string, unknown>>>;
};

export const sdkServices: Readonly<Record<string, SdkService>> = {
  rds: { id: 'rds', prefix: 'Rds', load: () => import('@aws-sdk/client-rds') },
  s3: { id: 's3', prefix: 'S3', load: () => import('@aws-sdk/client-s3') },
  sns: { id: 'sns', prefix: 'Sns', load: () => import('@aws-sdk/client-sns') },
  sfn: { id: 'states', prefix: 'Sfn', load: () => import('@aws-sdk/client-sfn') },
  sts: { id: 'sts', prefix: 'Sts', load: () => import('@aws-sdk/client-sts') },
  lambda: { id: 'lambda', prefix: 'Lambda', load: () => import('@aws-sdk/client-lambda') },
  eventbridge: { id: 'events', prefix: 'EventBridge', load: () => import('@aws-sdk/client-eventbridge') },
  cloudwatch: { id: 'monitoring', prefix: 'CloudWatch', load: () => import('@aws-sdk/client-cloudwatch') },
  cloudwatchlogs: { id: 'logs', prefix: 'CloudWatchLogs', load: () => import('@aws-sdk/client-cloudwatch-logs') },
  secretsmanager: {
    id: 'secretsmanager',
    prefix: 'SecretsManager',
    load: () => import('@aws-sdk/client-secrets-manager'),
  },
};

const models = new Map<string, ClientModel>();

export async function sdkModel(service: SdkService): Promise<ClientModel> {
  const known = models.get(service.id);
  if (known !== undefined) {
    return known;
  }
  const model = readClientModel(await service.load());
  models.set(service.id, model);
  return model;
}
