import assert from 'node:assert/strict';
import type { GrantUse } from '../../../../sandbox/iam/usage.ts';
import {
  grantTable,
  isSound,
  permissionLines,
  reportPermissions,
} from '../../../../sandbox/permissions/permission-report.ts';
import { withoutRun } from '../../../../sandbox/permissions/shape.ts';
import { widthOf } from '../../../../sandbox/permissions/width.ts';

const run = '0b6cdb6e-3a55-4d7e-9c53-6f8a1c1f5d11';
const names = { names: ['fantasy', 'fantasy-dev'], executions: [run, 'by-hand'] };
const reduce = withoutRun(names);
const rds = 'arn:aws:rds:us-east-1:123456789012';
const evidence = 'arn:aws:s3:::evidence-bucket';

const grant = (action: string, resource: string, usedOn: string[], more: Partial<GrantUse> = {}): GrantUse => ({
  role: 'TaskRole',
  policy: 'task',
  sid: 'Task',
  action,
  resource,
  uses: usedOn.length,
  usedOn,
  tagKeys: undefined,
  usedTagKeys: [],
  ...more,
});
const wider = (...args: Parameters<typeof grant>) => widthOf(grant(...args), reduce).wider;

describe('the width of a grant', () => {
  test('is that of its use when it leaves open what is the run’s own, and nothing else', () => {
    const narrow: [string, string, string][] = [
      [
        's3:PutObject',
        `${evidence}/backup-and-verify/*/evidence.json`,
        `${evidence}/backup-and-verify/fantasy/${run}/evidence.json`,
      ],
      [
        's3:PutObject',
        `${evidence}/backup-and-verify/*/rungs/verify-server.*.json`,
        `${evidence}/backup-and-verify/fantasy/by-hand/rungs/verify-server.00ff00ff00ff00ff.json`,
      ],
      ['s3:PutObject', `${evidence}/nights/*.json`, `${evidence}/nights/2026-11-29T03:30:00.123Z_by-hand.json`],
      ['rds:CreateDBSnapshot', `${rds}:snapshot:gd-backup-*`, `${rds}:snapshot:gd-backup-fantasy-abcdefghijkl-1`],
      ['rds:DescribeDBInstances', `${rds}:db:*`, `${rds}:db:*`],
      ['rds:StopDBInstance', `${rds}:db:*`, `${rds}:db:fantasy-dev`],
      [
        'secretsmanager:GetSecretValue',
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:app/dev/*',
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:app/dev/fantasy-aBcDeF',
      ],
      [
        'kms:DescribeKey',
        'arn:aws:kms:us-west-2:123456789012:key/11111111-2222-4333-8444-555555555555',
        'arn:aws:kms:us-west-2:123456789012:key/11111111-2222-4333-8444-555555555555',
      ],
    ];
    for (const [action, resource, used] of narrow) assert.deepEqual(wider(action, resource, [used]), [], resource);
  });

  test('is more than its use when it leaves open a word that each use names', () => {
    const wide: [string, string, string, RegExp][] = [
      [
        's3:PutObject',
        `${evidence}/*`,
        `${evidence}/backup-and-verify/fantasy/${run}/evidence.json`,
        /used on .*\/backup-and-verify\/\*\/\*\/evidence\.json$/,
      ],
      [
        's3:PutObject',
        `${evidence}/backup-and-verify/*`,
        `${evidence}/backup-and-verify/fantasy/${run}/report.html`,
        /\*\/report\.html$/,
      ],
      ['rds:DescribeDBInstances', `${rds}:db:*`, `${rds}:db:gd-copy-fantasy-abcdefghijkl-1`, /db:gd-copy-\*-\*-\*$/],
      [
        'secretsmanager:GetSecretValue',
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:app/*',
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:app/dev/fantasy-aBcDeF',
        /app\/dev\/\*-\*$/,
      ],
      ['rds:DescribeDBInstances', 'arn:aws:rds:*:123456789012:db:*', `${rds}:db:*`, /used on arn:aws:rds:us-east-\*/],
      ['s3:GetObject', '*', `${evidence}/x`, /on \*, used on/],
    ];
    for (const [action, resource, used, said] of wide) {
      const [line = 'not wider'] = wider(action, resource, [used]);
      assert.match(line, said);
    }
  });

  test('is that of its use when one of its uses needs all of it', () => {
    const listing = `${rds}:db:*`;
    assert.deepEqual(wider('rds:DescribeDBInstances', listing, [`${rds}:db:gd-copy-1`, listing]), []);
  });

  test('counts each tag key that it lets a request name', () => {
    const on = [`${rds}:snapshot:gd-backup-fantasy-1`];
    const tags = (tagKeys: string[] | undefined, ...usedTagKeys: string[]) =>
      wider('rds:AddTagsToResource', `${rds}:snapshot:gd-backup-*`, on, { tagKeys, usedTagKeys });
    assert.deepEqual(tags(['verdict'], 'verdict'), []);
    assert.deepEqual(tags(['verdict', 'hold'], 'verdict'), ['tags hold too']);
    assert.deepEqual(tags(undefined, 'verdict'), ['any tag, used for verdict']);
  });

  test('is too much when its action has a wildcard', () => {
    assert.deepEqual(wider('rds:Stop*', `${rds}:db:*`, [`${rds}:db:fantasy-dev`]), ['action rds:Stop*']);
  });
});

describe('the report of permissions', () => {
  const narrow = grant('rds:StopDBInstance', `${rds}:db:*`, [`${rds}:db:fantasy-dev`]);
  const wide = grant('s3:PutObject', `${evidence}/*`, [`${evidence}/chain/1.json`], { sid: 'Write' });
  const excused = grant('rds:DescribeDBInstances', 'arn:aws:rds:*:123456789012:db:*', [`${rds}:db:*`], {
    role: 'FindWasteRole',
    sid: 'DescribeInstances',
  });

  test('is unsound by a grant that is wider than its use and has no reason, and prints both', () => {
    const report = reportPermissions([narrow, wide, excused], [], names);
    assert.equal(isSound(report), false);
    assert.deepEqual(
      report.wide.map(({ grant }) => grant.sid),
      ['Write'],
    );
    const text = permissionLines(report).join('\n');
    assert.match(text, /1 are wider than what they were used for, for a reason:\n.*1 × waste is looked for/);
    assert.match(
      text,
      /1 are wider than what they were used for:\n {2}TaskRole Write: s3:PutObject on .*\/\*, used on .*\/chain\/\*\.json/,
    );
    assert.equal(isSound(reportPermissions([narrow], [], names)), true);
  });

  test('has a table of what each role is granted and was used for, by resource', () => {
    assert.deepEqual(grantTable(reportPermissions([narrow, wide], [], names)), [
      'TaskRole',
      `  Task: rds:StopDBInstance on ${rds}:db:*`,
      `    used on ${rds}:db:*`,
      `  Write: s3:PutObject on ${evidence}/*`,
      `    used on ${evidence}/chain/*.json`,
      '    wider: no reason is known',
    ]);
  });
});
