import assert from 'node:assert/strict';
import { config } from '../../../shared/config.ts';

/** In this order: a configuration that was parsed once is kept. */
test('a function environment with faults reports all of them, and a sound one is parsed once', () => {
  const saved = { ...process.env };
  try {
    process.env['AWS_REGION'] = 'us-west-2';
    process.env['STAGE'] = 'production';
    process.env['EVIDENCE_BUCKET'] = '';
    assert.throws(config, {
      name: 'InvalidOperationsError',
      message: `function environment has 2 faults
  environment variable STAGE: observed "production", expected one of "dev", "test", "prod"
  environment variable EVIDENCE_BUCKET: observed "", expected some text
HINT: Compare 'provider.environment' in serverless.yml.`,
    });
    Object.assign(process.env, {
      STAGE: 'dev',
      EVIDENCE_BUCKET: 'bucket',
      P2_TOPIC_ARN: 'arn',
      PROOF_MACHINE_ARNS: 'arn:a,arn:b',
    });
    assert.deepEqual(config(), {
      stage: 'dev',
      evidenceBucket: 'bucket',
      copySecurityGroupId: undefined,
      proveSnapshotArn: '',
      secondEvidenceBucket: '',
      topicArns: { P1: '', P2: 'arn', P3: '', P4: '' },
      mailTopicArn: '',
      proofMachineArns: ['arn:a', 'arn:b'],
      region: 'us-west-2',
    });
    assert.equal(config(), config());
  } finally {
    process.env = saved;
  }
});
