import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config } from '../../../shared/config.ts';

/** In this order: a configuration that was parsed once is kept. */
test('a function environment with faults tells all of them, and a sound one is parsed once', () => {
  const saved = { ...process.env };
  try {
    process.env['AWS_REGION'] = 'us-west-2';
    process.env['STAGE'] = 'production';
    process.env['EVIDENCE_BUCKET'] = '';
    delete process.env['OUTCOME_TOPIC_ARN'];
    assert.throws(config, {
      name: 'InvalidOperationsError',
      message: `function environment has 3 faults
  environment variable STAGE: observed "production", expected one of "dev", "test", "prod"
  environment variable EVIDENCE_BUCKET: observed "", expected some text
  environment variable OUTCOME_TOPIC_ARN: observed nothing, expected type string
HINT: Compare 'provider.environment' in serverless.yml.`,
    });
    Object.assign(process.env, { STAGE: 'dev', EVIDENCE_BUCKET: 'bucket', OUTCOME_TOPIC_ARN: 'arn' });
    assert.deepEqual(config(), {
      stage: 'dev',
      evidenceBucket: 'bucket',
      outcomeTopicArn: 'arn',
      copySecurityGroupId: undefined,
      proveSnapshotArn: '',
      mailTopicArn: '',
      region: 'us-west-2',
    });
    assert.equal(config(), config());
  } finally {
    process.env = saved;
  }
});
