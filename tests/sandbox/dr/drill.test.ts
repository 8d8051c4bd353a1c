import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DBInstance } from '@aws-sdk/client-rds';
import pg from 'pg';
import { loginOfApplication } from '../../../sandbox/demo/application.ts';
import { storeClientSecret } from '../../../sandbox/demo/client-secret.ts';
import { makeProvenCopy } from '../../../sandbox/demo/proven-copy.ts';
import { createSource, type Source } from '../../../sandbox/source.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import { DrillEvidence, RecordDrillOutput } from '../../../shared/contracts/dr-drill/dr-drill.ts';
import { type FaultFixture, openFaultFixture } from '../../support/sandbox/injector.ts';

const away = devStage().dr?.region ?? '';
const rehearse = { database: 'fantasy', mode: 'rehearse', reason: 'a test' };

describe('a drill of a promotion', () => {
  let fixture: FaultFixture;
  let source: Source;

  beforeAll(async () => {
    fixture = await openFaultFixture();
    const policy = devStage().databases['fantasy'];
    assert.ok(policy);
    source = await createSource(fixture.sandbox, {
      policy,
      instanceClass: 'db.t3.micro',
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        await client.query(`create role demo_app login; create schema fantasy; grant usage on schema fantasy to demo_app;
          create table fantasy.users (id uuid primary key, handle text unique, email text, joined_at timestamptz, password_digest bytea);
          grant select, insert on fantasy.users to demo_app`);
        await client.end();
      },
    });
    const application = await loginOfApplication(source.master);
    storeClientSecret(fixture.sandbox, 'fantasy', application);
    await makeProvenCopy(fixture.sandbox, source.instance, 'fantasy');
  });
  afterEach(() => fixture.injector.arm([]));
  afterAll(() => fixture?.close());

  async function run(input: object) {
    const { sandbox } = fixture;
    const stack = sandbox.stacks.find(({ region }) => region === away);
    assert.ok(stack);
    const machine = stack.stateMachines.find(({ name }) => workflowOf(name) === 'dr-drill');
    const { executionArn } = await fixture.call<{ executionArn: string }>(
      'states',
      'StartExecution',
      { stateMachineArn: machine?.arn, input: JSON.stringify(input) },
      away,
    );
    const { status, error, cause, output } = await sandbox.states.waitForEnd(executionArn);
    const { recordKey } =
      output == null
        ? { recordKey: /\((\S+evidence\.json)\)$/.exec(cause ?? '')?.[1] ?? '' }
        : RecordDrillOutput.parse(JSON.parse(output));
    assert.notEqual(recordKey, '', `${status} ${error}: ${cause}`);
    const bucket = stack.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const { Body } = await fixture.call<{ Body: Readable | Uint8Array }>(
      's3',
      'GetObject',
      { Bucket: bucket, Key: recordKey },
      away,
    );
    const stored = Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
    return { status, error, cause, record: DrillEvidence.parse(JSON.parse(stored)) };
  }
  const instances = async () =>
    (await fixture.call<{ DBInstances: DBInstance[] }>('rds', 'DescribeDBInstances', {}, away)).DBInstances;

  test('promotes a replica of a restored backup, writes a row through its own name, and leaves nothing', async () => {
    const { status, cause, record } = await run(rehearse);
    assert.equal(
      status,
      'SUCCEEDED',
      `${cause}\n${JSON.stringify(record.failure)} ${JSON.stringify(record.cleanUpFailure)}`,
    );
    assert.equal(record.result, 'rehearsed');
    assert.equal(record.rpoSeconds, 0);
    assert.ok(record.rtoSeconds !== null && record.rtoSeconds > 0);
    assert.equal(record.confirmed?.row.role, 'demo_app');
    assert.deepEqual(await instances(), []);
  });
});
