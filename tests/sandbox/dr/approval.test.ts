import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';
import { parse, stringify } from 'yaml';
import { signAnswer } from '../../../operator/approve/sign-answer.ts';
import { packageStage } from '../../../sandbox/package/package-stage.ts';
import { makeTaskTokens } from '../../../shared/aws/task-tokens.ts';
import { WaitingPromotion } from '../../../shared/contracts/dr-promotion/decision.ts';
import { PromotionRecord } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { decisionText } from '../../../shared/domain/remediation/approval.ts';
import { promotionQuestionKey } from '../../../shared/evidence/keys.ts';
import { type FaultFixture, home, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { leaseOf } from './lease-of.ts';
import { away, makePrimaryWithReplica, type PrimaryWithReplica } from './primary.ts';
import { readEvidence, runRecorded } from './recorded-run.ts';

const sql = `create role demo_app login; create table written (id int primary key, at timestamptz default now());
  grant select, insert on written to demo_app`;
const promote = { database: 'fantasy', mode: 'promote', reason: 'a test' };
const onCall = 'arn:aws:iam::123456789012:role/on-call';
type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

describe('a promotion that two people have to approve', () => {
  let place: string;
  let fixture: FaultFixture;
  let source: PrimaryWithReplica['source'];
  let connected: PrimaryWithReplica['connected'];
  let rowsOf: PrimaryWithReplica['rowsOf'];

  beforeAll(async () => {
    place = mkdtempSync(path.join(tmpdir(), 'approval-'));
    chmodSync(place, 0o755);
    const operations = parse(readFileSync('operations.yml', 'utf8'));
    const approvers = ['arn:aws:iam::123456789012:user/operator', onCall];
    operations.stages.dev.databases.fantasy.promotion = { decision: 'approve', approvers, approvals: 2 };
    const OPERATIONS_FILE = path.join(place, 'operations.yml');
    writeFileSync(OPERATIONS_FILE, stringify(operations));
    const packageDirectory = path.join(place, 'package');
    await packageStage('dev', packageDirectory, { environment: { ...process.env, OPERATIONS_FILE } });
    fixture = await openFaultFixture(undefined, packageDirectory);
    ({ source, connected, rowsOf } = await makePrimaryWithReplica(fixture, sql));
    assert.equal((await leaseOf(fixture).pass(home)).accepts, true);
  });
  afterAll(async () => {
    await fixture?.close();
    rmSync(place, { recursive: true, force: true });
  });

  const operator = (): Keys => fixture.sandbox.credentials.operator;
  const sessionOf = (role: string, session: string): Keys => fixture.sandbox.credentials.issue(role, session);

  /** Waits for a question that nobody has answered yet, and answers it as each of `answers` says, in their order. */
  function answering(...answers: readonly (readonly ['approve' | 'refuse', Keys])[]) {
    const seen: WaitingPromotion[] = [];
    const meanwhile = async (executionName: string) => {
      for (const [decision, who] of answers) {
        await waitUntil('somebody is asked', async () => {
          const text = await readEvidence(fixture, away, promotionQuestionKey(executionName)).catch(() => undefined);
          const question = text === undefined ? undefined : WaitingPromotion.parse(JSON.parse(text));
          if (question === undefined || question.token === seen.at(-1)?.token) return false;
          seen.push(question);
          return true;
        });
        const { endpoint } = fixture.sandbox;
        const signed = await signAnswer(decisionText(executionName, decision), {
          ...{ region: away, endpoint },
          credentials: { ...who },
        });
        const client = new SFNClient({ region: away, endpoint, credentials: { ...operator() } });
        assert.ok(await makeTaskTokens(client).wake(seen.at(-1)?.token ?? '', { answer: { decision, signed } }));
      }
    };
    return { seen, meanwhile };
  }
  async function run(meanwhile: (executionName: string) => Promise<void>) {
    const { record, ...ended } = await runRecorded(fixture, away, 'dr-promotion', promote, meanwhile);
    return { ...ended, record: PromotionRecord.parse(record) };
  }
  const write = async (instance: string, id: number, region: string) => {
    const client = await connected(instance, region);
    await client.query('insert into written (id) values ($1)', [id]);
    await client.end();
  };

  test('is not begun when one of them refuses: nothing is fenced and the application goes on', async () => {
    const { seen, meanwhile } = answering(['approve', operator()], ['refuse', sessionOf(onCall, 'robin')]);
    const { error, record } = await run(meanwhile);
    assert.deepEqual(
      [error, record.result, record.failure?.error, record.fence],
      ['NotPromoted', 'refused', 'ApprovalRefused', null],
    );
    assert.deepEqual(
      seen.map(({ approvedBy }) => approvedBy),
      [[], ['arn:aws:iam::123456789012:user/operator']],
    );
    await write(source.instance, 1, home);
  });

  test('is begun by two of them, and not by a stranger or by one of them twice', async () => {
    const stranger = sessionOf('arn:aws:iam::123456789012:role/stranger', 'robin');
    const [first, second] = [sessionOf(onCall, 'robin'), sessionOf(onCall, 'kim')];
    const { seen, meanwhile } = answering(
      ['refuse', stranger],
      ['approve', first],
      ['approve', second],
      ['approve', operator()],
    );
    const { status, cause, record } = await run(meanwhile);
    assert.equal(status, 'SUCCEEDED', cause ?? '');
    assert.deepEqual([record.result, record.lossSeconds, record.fence?.kind], ['promoted', 0, 'fenced']);
    assert.equal(seen.length, 4);
    assert.deepEqual(
      record.answers.map(({ decision, approver }) => [decision, approver]),
      [
        [null, null],
        ['approve', onCall],
        [null, null],
        ['approve', 'arn:aws:iam::123456789012:user/operator'],
      ],
    );
    assert.match(record.answers[0]?.reason ?? '', /role\/stranger\/robin' is not among promotion\.approvers/);
    assert.match(record.answers[2]?.reason ?? '', /has said yes already, another person is required/);
    assert.ok((await rowsOf('fantasy-dr', away)).includes(1));
    await write('fantasy-dr', 2, away);
    await assert.rejects(connected(source.instance, home), /not permitted to log in|too many connections/);
  });

  test('asks for no permission that its roles have not', () => {
    assert.deepEqual(fixture.sandbox.iam.denials(), []);
  });
});
