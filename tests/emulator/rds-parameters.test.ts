import assert from 'node:assert/strict';
import { poll } from '../../sandbox/postgres/poll.ts';
import { openAccount, region, type TestAccount } from './rds-account.ts';

describe('a parameter group of the emulated RDS', () => {
  let aws: TestAccount;

  beforeAll(async () => {
    aws = await openAccount();
    aws.call.CreateDBParameterGroup({
      DBParameterGroupName: 'tuned',
      DBParameterGroupFamily: 'postgres18',
      Description: 'tuned',
    });
    await aws.createOrders();
  });
  afterAll(() => aws.close());

  const group = { DBParameterGroupName: 'tuned' };

  async function applied(status: string): Promise<void> {
    const reached = await poll(60_000, () => {
      const [instance] = aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'orders' }).DBInstances ?? [];
      return instance?.DBParameterGroups?.[0]?.ParameterApplyStatus === status ? true : undefined;
    });
    assert.ok(reached, `the parameter group did not become ${status}`);
  }

  async function reboot(status = 'available'): Promise<void> {
    aws.call.RebootDBInstance({ DBInstanceIdentifier: 'orders' });
    await aws.becomes('orders', status);
  }

  async function show(name: string): Promise<unknown> {
    const [row] = await aws.query('orders', `select current_setting('${name}') as value`);
    return row?.value;
  }

  test('waits for a reboot after it was given to an instance', async () => {
    aws.call.ModifyDBParameterGroup({
      ...group,
      Parameters: [{ ParameterName: 'work_mem', ParameterValue: '8192', ApplyMethod: 'immediate' }],
    });
    aws.call.ModifyDBInstance({ DBInstanceIdentifier: 'orders', ...group });
    await applied('pending-reboot');
    assert.equal(await show('work_mem'), '4MB');
    await reboot();
    await applied('in-sync');
    assert.equal(await show('work_mem'), '8MB');
  });

  test('changes dynamic parameters at once and static ones at the next reboot', async () => {
    const set = (ParameterName: string, ParameterValue: string, ApplyMethod: 'immediate' | 'pending-reboot') =>
      aws.call.ModifyDBParameterGroup({ ...group, Parameters: [{ ParameterName, ParameterValue, ApplyMethod }] });
    set('random_page_cost', '1.1', 'immediate');
    await applied('in-sync');
    assert.ok(await poll(10_000, async () => ((await show('random_page_cost')) === '1.1' ? true : undefined)));
    assert.throws(() => set('max_connections', '50', 'immediate'), {
      code: 'InvalidParameterCombination',
      message: 'cannot use immediate apply method for static parameter',
    });
    set('max_connections', '50', 'pending-reboot');
    await applied('pending-reboot');
    assert.notEqual(await show('max_connections'), '50');
    await reboot();
    assert.equal(await show('max_connections'), '50');
    aws.call.ResetDBParameterGroup({
      ...group,
      Parameters: [{ ParameterName: 'random_page_cost', ApplyMethod: 'immediate' }],
    });
    await applied('in-sync');
    assert.ok(await poll(10_000, async () => ((await show('random_page_cost')) === '4' ? true : undefined)));
  });

  test('opens the server to connections without TLS when rds.force_ssl is off', async () => {
    await assert.rejects(aws.query('orders', 'select 1', { ssl: false }), /no encryption/);
    aws.call.ModifyDBParameterGroup({
      ...group,
      Parameters: [{ ParameterName: 'rds.force_ssl', ParameterValue: '0', ApplyMethod: 'immediate' }],
    });
    const open = () => aws.query('orders', 'show "rds.force_ssl"', { ssl: false }).catch(() => undefined);
    assert.deepEqual(await poll(10_000, open), [{ 'rds.force_ssl': '0' }]);
  });

  test('refuses parameters and values that RDS refuses, and then changes nothing', () => {
    const set = (ParameterName: string, ParameterValue: string) =>
      aws.call.ModifyDBParameterGroup({
        ...group,
        Parameters: [
          { ParameterName: 'log_statement', ParameterValue: 'ddl', ApplyMethod: 'pending-reboot' },
          { ParameterName, ParameterValue, ApplyMethod: 'pending-reboot' },
        ],
      });
    const cases: [string, string, RegExp][] = [
      ['wrok_mem', '1', /Could not find parameter with name: wrok_mem/],
      ['fsync', '0', /The parameter fsync cannot be modified/],
      ['max_connections', 'many', /allowed values are: 1-262143/],
      ['max_connections', '0', /allowed values are/],
      ['autovacuum', 'maybe', /allowed values are: 0,1/],
      ['max_connections', '{DBInstanceClassColour/2}', /unknown quantity/],
      ['shared_preload_libraries', 'pg_stat_statements,pgaudit', /has no library 'pgaudit'/],
    ];
    for (const [name, value, message] of cases) {
      assert.throws(() => set(name, value), { code: 'InvalidParameterValue', message }, `${name} = ${value}`);
    }
    const own = aws.call.DescribeDBParameters({ ...group, Source: 'user' }).Parameters ?? [];
    assert.deepEqual(
      own.map(({ ParameterName }) => ParameterName),
      ['max_connections', 'rds.force_ssl', 'work_mem'],
    );
    assert.throws(
      () => aws.call.ResetDBParameterGroup({ DBParameterGroupName: 'default.postgres18', ResetAllParameters: true }),
      { code: 'InvalidDBParameterGroupStateFault' },
    );
  });

  test('with which the server cannot start makes the instance incompatible until it is repaired', async () => {
    const Parameters = [
      { ParameterName: 'log_statement', ParameterValue: 'everything', ApplyMethod: 'pending-reboot' as const },
    ];
    aws.call.ModifyDBParameterGroup({ ...group, Parameters });
    aws.call.RebootDBInstance({ DBInstanceIdentifier: 'orders' });
    const reached = await poll(60_000, () => {
      const [instance] = aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'orders' }).DBInstances ?? [];
      return instance?.DBInstanceStatus === 'incompatible-parameters' ? true : undefined;
    });
    assert.ok(reached);
    assert.match(String(aws.rds.inspect.problems.at(-1)), /invalid value for parameter "log_statement"/);
    aws.call.ResetDBParameterGroup({ ...group, Parameters });
    await reboot();
    assert.equal(await show('log_statement'), 'none');
  });

  test('is computed from the instance class where its value is a formula', async () => {
    const parameters = {
      ...group,
      Parameters: [
        {
          ParameterName: 'work_mem',
          ParameterValue: 'GREATEST({DBInstanceClassMemory/1048576},64)',
          ApplyMethod: 'immediate' as const,
        },
      ],
    };
    aws.call.ModifyDBParameterGroup(parameters);
    // db.t4g.small has 2 GiB: 2048 of them are 2048 kB.
    assert.ok(await poll(10_000, async () => ((await show('work_mem')) === '2MB' ? true : undefined)));
  });

  test('is copied with its values, and carries tags', () => {
    aws.call.CopyDBParameterGroup({
      SourceDBParameterGroupIdentifier: 'tuned',
      TargetDBParameterGroupIdentifier: 'twin',
      TargetDBParameterGroupDescription: 'twin of tuned',
    });
    const values = (DBParameterGroupName: string) =>
      aws.call.DescribeDBParameters({ DBParameterGroupName, Source: 'user' }).Parameters;
    assert.deepEqual(values('twin'), values('tuned'));
    const [twin] = aws.call.DescribeDBParameterGroups({ DBParameterGroupName: 'twin' }).DBParameterGroups ?? [];
    const ResourceName = twin?.DBParameterGroupArn;
    aws.call.AddTagsToResource({
      ResourceName,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    aws.call.AddTagsToResource({ ResourceName, Tags: [{ Key: 'b', Value: '3' }] });
    aws.call.RemoveTagsFromResource({ ResourceName, TagKeys: ['a'] });
    assert.deepEqual(aws.call.ListTagsForResource({ ResourceName }).TagList, [{ Key: 'b', Value: '3' }]);
    assert.throws(() => aws.call.ListTagsForResource({ ResourceName }, 'us-east-1'), { code: 'InvalidParameterValue' });
    aws.call.DeleteDBParameterGroup({ DBParameterGroupName: 'twin' });
    assert.throws(() => values('twin'), { message: 'DBParameterGroup not found: twin' });
    assert.equal(aws.rds.inspect.instances(region).length, 1);
  });
});
