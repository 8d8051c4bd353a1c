import assert from 'node:assert/strict';
import { javaMemberName } from '../../../sandbox/services/states/integrations/java-names.ts';
import { exceptionName } from '../../../sandbox/services/states/integrations/service-failure.ts';

describe('Java names of aws-sdk integrations', () => {
  test('a member loses the capitals of a leading acronym only', () => {
    const names = {
      DBInstanceIdentifier: 'DbInstanceIdentifier',
      DBSnapshots: 'DbSnapshots',
      KmsKeyId: 'KmsKeyId',
      VpcSecurityGroupIds: 'VpcSecurityGroupIds',
      EnableIAMDatabaseAuthentication: 'EnableIAMDatabaseAuthentication',
      MultiAZ: 'MultiAZ',
      ETag: 'ETag',
      SSEKMSKeyId: 'SsekmsKeyId',
      ACL: 'Acl',
      CACertificateIdentifier: 'CaCertificateIdentifier',
      executionArn: 'ExecutionArn',
    };
    for (const [name, java] of Object.entries(names)) {
      assert.equal(javaMemberName(name), java);
    }
  });

  test('an exception drops Fault, Exception or Error for one Exception', () => {
    assert.equal(exceptionName('DBSnapshotNotFoundFault'), 'DbSnapshotNotFoundException');
    assert.equal(exceptionName('NoSuchKey'), 'NoSuchKeyException');
    assert.equal(exceptionName('ResourceNotFoundException'), 'ResourceNotFoundException');
  });
});
