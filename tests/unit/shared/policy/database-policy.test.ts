import assert from 'node:assert/strict';
import type { Operations } from '../../../../shared/policy/schema.ts';
import { parseOperations } from '../../../../shared/policy/validate.ts';
import { databasePolicy, stagePolicy } from './load-operations.ts';
import { policyWith } from './operations-text.ts';

const policy: Operations = parseOperations(
  policyWith({
    'stages.dev.databases': {
      fantasy: {
        instance: 'fantasy-dev',
        database: 'fantasy',
        secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:pg-gameday/dev/fantasy',
      },
    },
    'stages.prod.databases.scores': {
      instance: 'scores-prod',
      database: 'scores',
      secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:pg-gameday/prod/scores',
    },
  }),
);

test('a database is found in its own stage', () => {
  assert.equal(databasePolicy(policy, 'prod', 'scores').instance, 'scores-prod');
});

test("another stage's database is unknown, and the error names those of the stage", () => {
  assert.throws(() => databasePolicy(policy, 'dev', 'scores'), {
    name: 'UnknownDatabaseError',
    message:
      "database 'scores' is not in stage 'dev', known are 'fantasy'\nHINT: Add it under 'stages.dev.databases' in operations.yml and deploy, or correct the input.",
  });
});

test('a name that every object has is not a database', () => {
  for (const name of ['constructor', 'toString', '__proto__']) {
    assert.throws(() => databasePolicy(policy, 'dev', name), { name: 'UnknownDatabaseError' });
  }
});

test('a stage that does not exist is refused', () => {
  for (const stage of ['', 'production', '__proto__']) {
    assert.throws(() => stagePolicy(policy, stage), { name: 'UnknownDatabaseError' });
  }
});
