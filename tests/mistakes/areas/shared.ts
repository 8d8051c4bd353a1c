// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

/** What is asked of AWS. */
export const shared: readonly MistakesInFile[] = [
  {
    file: 'shared/aws/rds/restore.ts',
    tests: ['tests/unit/shared/aws/rds-requests.test.ts'],
    mistakes: [
      { name: 'a copy is publicly accessible', find: 'PubliclyAccessible: false', replace: 'PubliclyAccessible: true' },
      {
        name: 'a copy is restored without its security group',
        find: '  ...(securityGroupIds === undefined ? {} : { VpcSecurityGroupIds: [...securityGroupIds] }),\n',
        replace: '',
      },
      {
        name: 'a copy makes backups of its own',
        find: 'BackupRetentionPeriod: 0',
        replace: 'BackupRetentionPeriod: 1',
      },
      { name: 'a copy cannot be deleted', find: 'DeletionProtection: false', replace: 'DeletionProtection: true' },
      {
        name: 'a full quota of instances has a name that nobody knows',
        find: "'InstanceQuotaExceededFault', 'InstanceQuotaExceeded'",
        replace: "'InstanceQuotaExceededFault'",
        tests: ['tests/unit/shared/aws/rds-restore.test.ts'],
      },
    ],
  },
  {
    file: 'shared/aws/rds/instances.ts',
    tests: ['tests/unit/shared/aws/rds-requests.test.ts'],
    mistakes: [
      { name: 'automated backups of copies are kept', find: '        DeleteAutomatedBackups: true,\n', replace: '' },
      {
        name: 'a copy is deleted with a final snapshot',
        find: 'SkipFinalSnapshot: true',
        replace: 'SkipFinalSnapshot: false',
      },
      {
        name: 'a copy that is still being made ends its clean-up',
        find: "          'InvalidDBInstanceStateFault',\n          'InvalidDBInstanceState',\n",
        replace: '',
      },
    ],
  },
  {
    file: 'shared/aws/rds/copies.ts',
    tests: ['tests/unit/shared/aws/rds-copies.test.ts', 'tests/unit/shared/aws/rds-requests.test.ts'],
    mistakes: [
      {
        name: 'a queue of copies is a full region',
        find: "snapshots.some(({ status }) => status === 'copying' || status === 'pending')",
        replace: "snapshots.some(({ status }) => status === 'copied')",
      },
      { name: 'a copy is made without the tags of its original', find: 'CopyTags: true', replace: 'CopyTags: false' },
    ],
  },
  {
    file: 'shared/aws/rds/inventory.ts',
    tests: ['tests/unit/shared/aws/every-page.test.ts'],
    mistakes: [
      {
        name: 'only the first page of snapshots is read',
        find: '          for (const snapshot of page.DBSnapshots ?? []) {',
        replace: '          if (found.length > 0) break;\n          for (const snapshot of page.DBSnapshots ?? []) {',
      },
      {
        name: 'only the first page of instances is read',
        find: '          for (const instance of page.DBInstances ?? []) {',
        replace: '          if (found.length > 0) break;\n          for (const instance of page.DBInstances ?? []) {',
      },
      {
        name: 'a copied snapshot is as young as its copy',
        find: 'snapshot.OriginalSnapshotCreateTime ?? snapshot.SnapshotCreateTime',
        replace: 'snapshot.SnapshotCreateTime',
      },
    ],
  },
  {
    file: 'shared/aws/rds/start-stop.ts',
    tests: ['tests/unit/shared/aws/rds-requests.test.ts'],
    mistakes: [
      {
        name: 'the tag of a stop is in seconds that nobody reads',
        find: 'Value: now.toISOString()',
        replace: 'Value: String(now.getTime())',
      },
    ],
  },
  {
    file: 'shared/aws/every-one.ts',
    tests: ['tests/unit/shared/aws/every-page.test.ts'],
    mistakes: [
      {
        name: 'half a list of waste is a list',
        find: 'for await (const page of pages) made.push',
        replace: 'for await (const page of pages) if (made.length === 0) made.push',
      },
    ],
  },
  {
    file: 'shared/aws/s3/object-store.ts',
    tests: ['tests/unit/shared/aws/object-store.test.ts', 'tests/unit/shared/aws/every-page.test.ts'],
    mistakes: [
      {
        name: 'evidence is written over',
        find: "await put(key, body, contentType, { IfNoneMatch: '*' });",
        replace: 'await put(key, body, contentType, {});',
      },
      {
        name: 'only the first page of keys is read',
        find: '} while (ContinuationToken !== undefined);',
        replace: '} while (false);',
      },
      {
        name: 'evidence that is there already is an error',
        find: "if (isAwsError(error, 'PreconditionFailed', 'ConditionalRequestConflict')) return false;\n",
        replace: '',
      },
    ],
  },
  {
    file: 'shared/aws/call.ts',
    tests: ['tests/unit/shared/aws/call.test.ts'],
    mistakes: [
      {
        name: 'a call of AWS has no time-out',
        find: "    () => abort.abort(new DOMException(`no answer within ${deadline} ms`, 'TimeoutError')),",
        replace: '    () => {},',
      },
      { name: 'a throttled call is final', find: '/Throttl|TooManyRequests', replace: '/TooManyRequests' },
      { name: 'an error of the server is final', find: 'status >= 500', replace: 'status > 500' },
      {
        name: 'who is not allowed is asked again',
        find: '/AccessDenied|AuthorizationError',
        replace: '/AuthorizationError',
      },
    ],
  },
  {
    file: 'shared/aws/secrets.ts',
    tests: ['tests/unit/shared/aws/every-page.test.ts', 'tests/unit/shared/aws/call.test.ts'],
    mistakes: [
      {
        name: 'only the first page of versions is read',
        find: '} while (NextToken !== undefined);',
        replace: '} while (false);',
      },
      {
        name: 'the present password is an earlier one',
        find: "if (!VersionStages.includes('AWSCURRENT')) versions",
        replace: "if (VersionId !== '') versions",
      },
      {
        name: 'a secret of another form is taken',
        find: 'if (parsed.success) return parsed.data;',
        replace: 'return (parsed.data ?? {}) as z.output<Schema>;',
      },
    ],
  },
  {
    file: 'shared/aws/verification/verification.ts',
    tests: ['tests/unit/shared/aws/copy-target.test.ts', 'tests/unit/shared/aws/verification.test.ts'],
    mistakes: [
      {
        name: 'a copy of a month ago is opened with the present password only',
        find: 'if (!(await isTaken(candidate))) continue;',
        replace: 'continue;',
      },
      {
        name: 'a gap hides what failed',
        find: "failed.length > 0 ? 'failed' : gaps",
        replace: "gaps.length > 0 ? 'gap' : failed.length > 0 ? 'failed' : gaps",
      },
    ],
  },
];
