import { randomBytes } from 'node:crypto';
import type { ObjectLockConfiguration } from '@aws-sdk/client-s3';
import type { Budgets } from '../services/budgets/budgets.ts';
import { readBudget } from '../services/budgets/read-budget.ts';
import type { Alarms } from '../services/cloudwatch/alarms/alarms.ts';
import { readCompositeAlarm, readMetricAlarm } from '../services/cloudwatch/alarms/read-alarm.ts';
import type { CostExplorer } from '../services/costexplorer/costexplorer.ts';
import { readSubscription } from '../services/costexplorer/read-subscription.ts';
import type { EventBus } from '../services/events/event-bus.ts';
import type { LogStore } from '../services/logs/log-store.ts';
import type { BucketStore } from '../services/s3/bucket-store.ts';
import { putLock } from '../services/s3/object-lock.ts';
import type { SecretsManager } from '../services/secretsmanager/secretsmanager.ts';
import { readFilterPolicy } from '../services/sns/filter-policy.ts';
import type { Sns } from '../services/sns/sns.ts';
import type { NamedResource, Template } from './template.ts';

export function deployBuckets({ region, buckets: resources }: Template, buckets: BucketStore): void {
  for (const { name, versioning, properties } of resources) {
    const bucket = buckets.create(name, region);
    bucket.versioning = versioning;
    if (Array.isArray(properties['Tags'])) {
      bucket.configuration.set('Tagging', { TagSet: properties['Tags'] });
    }
    const encryption = encryptionOf(properties['BucketEncryption']);
    if (encryption !== undefined) bucket.configuration.set('ServerSideEncryptionConfiguration', encryption);
    const lock = properties['ObjectLockConfiguration'];
    if (lock !== undefined) putLock(bucket, lock as ObjectLockConfiguration); // the same words in both
  }
}

export function deployTopics({ region, topics: resources, subscriptions: apart }: Template, topics: Sns): void {
  for (const { name, subscriptions } of resources) {
    const arn = topics.createTopic(region, name);
    for (const { protocol, endpoint } of subscriptions) {
      topics.subscribe(arn, protocol, endpoint);
    }
  }
  for (const { topicArn, protocol, endpoint, filterPolicy } of apart) {
    const filter = filterPolicy === undefined ? undefined : readFilterPolicy(filterPolicy);
    topics.subscribe(topicArn, protocol, endpoint, filter);
  }
}

export function deployLogGroups({ region, logGroups }: Template, logs: LogStore): void {
  for (const { name, retentionInDays } of logGroups) {
    logs.createGroup(region, name, retentionInDays);
  }
}

export function deployRules({ region, rules }: Template, bus: EventBus): void {
  for (const { name, description, schedule, pattern, enabled, targets } of rules) {
    const rule = bus.putRule({ name, region, description, schedule, pattern, enabled });
    for (const target of targets) {
      rule.targets.set(target.Id, target);
    }
  }
}

export function deploySecrets({ region, secrets: resources }: Template, secrets: SecretsManager): void {
  for (const secret of resources) {
    const store = secrets.secrets.in(region);
    const created = store.create(secret.name, secret.arn === undefined ? {} : { arn: secret.arn });
    const text = secretText(secret);
    if (text !== undefined) {
      store.putValue(created, { text });
    }
  }
}

/** Puts the alarms of a template; one that the sandbox would evaluate otherwise than AWS ends the start. */
export function deployAlarms({ alarms: resources, region }: Template, alarms: Alarms): void {
  for (const { logicalId, type, name, properties } of resources) {
    try {
      // A member that is missing is refused by what reads it.
      const input = { ...properties, AlarmName: name };
      const definition =
        type === 'AWS::CloudWatch::Alarm' ? readMetricAlarm(input as never) : readCompositeAlarm(input as never);
      alarms.put(region, definition);
    } catch (error) {
      throw new Error(`alarm '${logicalId}' of the template cannot be deployed`, { cause: error });
    }
  }
}

/** One that would report otherwise than at AWS ends the start. */
export function deployBudgets({ budgets: resources }: Template, budgets: Budgets): void {
  for (const one of resources) putMoney(one, () => budgets.put(readBudget(one.properties)));
}

export function deployAnomalySubscriptions({ anomalySubscriptions }: Template, costs: CostExplorer): void {
  for (const one of anomalySubscriptions) putMoney(one, () => costs.subscribe(readSubscription(one.properties)));
}

function putMoney({ logicalId }: NamedResource, put: () => void): void {
  try {
    put(); // the same words in CloudFormation and in the services
  } catch (error) {
    throw new Error(`'${logicalId}' of the template cannot be deployed`, { cause: error });
  }
}

function secretText({ properties }: NamedResource): string | undefined {
  const given = properties['SecretString'];
  if (typeof given === 'string') {
    return given;
  }
  const generate = properties['GenerateSecretString'];
  if (typeof generate !== 'object' || generate === null) {
    return undefined;
  }
  const { SecretStringTemplate, GenerateStringKey } = generate as Record<string, unknown>;
  const generated = randomBytes(24).toString('base64url');
  return typeof SecretStringTemplate === 'string' && typeof GenerateStringKey === 'string'
    ? JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: generated })
    : generated;
}

/** CloudFormation and S3 have other words for the same rules. */
function encryptionOf(declared: unknown): object | undefined {
  const { ServerSideEncryptionConfiguration: rules } = (declared ?? {}) as {
    ServerSideEncryptionConfiguration?: readonly {
      ServerSideEncryptionByDefault?: object;
      BucketKeyEnabled?: boolean;
    }[];
  };
  return (
    rules && {
      ServerSideEncryptionConfiguration: {
        Rules: rules.map(({ ServerSideEncryptionByDefault, ...rule }) => ({
          ...rule,
          ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
        })),
      },
    }
  );
}
