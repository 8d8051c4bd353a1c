import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { TableWitness, WitnessHeader } from '../../../shared/contracts/witness.ts';
import { type Hook, invokes } from '../../support/sandbox/backup.ts';
import { assertFailure, assertProven, useOwnFixture } from '../../support/sandbox/own.ts';

/** What the sandbox's own operation answers, before it goes over the wire. */
type StoredBytes = Readable | Uint8Array;
const bytesOf = async (body: StoredBytes): Promise<Buffer> =>
  body instanceof Uint8Array ? Buffer.from(body) : buffer(body);

describe('what somebody exchanges in the evidence bucket', () => {
  const own = useOwnFixture();
  const bucket = () =>
    own().fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const keysOf = async (part: string) => {
    type Answer = { Contents?: { Key: string }[] };
    const { Contents = [] } = await own().fixture.call<Answer>('s3', 'ListObjectsV2', { Bucket: bucket() });
    return Contents.map(({ Key }) => Key).filter((key) => key.includes(part));
  };
  const read = async (Key: string): Promise<Buffer> => {
    const { Body } = await own().fixture.call<{ Body: StoredBytes }>('s3', 'GetObject', { Bucket: bucket(), Key });
    return bytesOf(Body);
  };
  const write = (Key: string, Body: Buffer | string) =>
    own().fixture.call('s3', 'PutObject', { Bucket: bucket(), Key, Body: Buffer.from(Body) });
  /** Does something once, before the first call of a function of the run. */
  const before = (task: string, act: (run: { name: string; copyId: string }) => Promise<unknown>): Hook => {
    let isDone = false;
    return async (call, next, run) => {
      if (!isDone && invokes(call, task)) {
        isDone = true;
        await act(run);
      }
      return next();
    };
  };
  const rewriteWitness = async (
    name: string,
    change: (header: WitnessHeader, tables: TableWitness[]) => readonly unknown[],
  ) => {
    const [key = ''] = await keysOf(`${name}/witness-1.json.gz`);
    const [header, ...tables] = gunzipSync(await read(key))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    await write(
      key,
      gzipSync(
        change(header, tables)
          .map((value) => `${JSON.stringify(value)}\n`)
          .join(''),
      ),
    );
  };

  for (const task of ['verifyServer', 'verifySchema', 'verifyTables']) {
    test(`a witness of nothing before ${task}, when the copy has lost every row, is reported as exchanged`, async () => {
      const hook = before(task, async ({ name, copyId }) => {
        await own().fixture.asSuperuser(copyId, (client) =>
          client.query('delete from orders; delete from "Größe; drop"'),
        );
        await rewriteWitness(name, (header, tables) => [
          { ...header, rows: '0' },
          ...tables.map((table) => ({
            ...table,
            rows: '0',
            chunks: table.chunks.map(({ firstBlock }) => ({ firstBlock, rows: '0', sum: '0' })),
            deleted: [],
            kept: [],
            inserted: [],
          })),
        ]);
      });
      const run = await own().fixture.run({ hook, input: { database: 'own' } });
      assertFailure(run, 'ObjectChangedError', /was changed after it was stored[\s\S]*HINT: Somebody wrote/);
    });
  }

  test('tables of a witness whose header and counts are left as they were are reported as exchanged', async () => {
    const hook = before('verifyTables', async ({ name, copyId }) => {
      await own().fixture.asSuperuser(copyId, (client) =>
        client.query(`update orders set note = 'forged' where id = 7`),
      );
      await rewriteWitness(name, (header, tables) => [
        header,
        ...tables.map((table) => ({ ...table, gap: 'was rewritten between S1 and S2' })),
      ]);
    });
    const run = await own().fixture.run({ hook, input: { database: 'own' } });
    assertFailure(run, 'ObjectChangedError', /was changed after it was stored/);
  });

  test('rungs that say that all is well are reported as exchanged', async () => {
    const hook = before('recordEvidence', async ({ name }) => {
      const [key = ''] = await keysOf(`${name}/rungs/verify-tables.`);
      const report = JSON.parse((await read(key)).toString());
      await write(key, JSON.stringify({ ...report, tables: [] }));
    });
    const run = await own().fixture.run({ hook, input: { database: 'own' } });
    assert.equal(run.status, 'FAILED');
    assert.equal(run.error, 'ObjectChangedError', run.cause);
    assert.equal(run.evidence.verdict, 'failed');
    assert.match(run.evidence.summary, /ObjectChangedError in RecordEvidence: .*was changed after it was stored/);
    assert.equal(run.notifications.length, 1);
  });

  test('a witness that is exchanged before the run is recorded leaves a record that says so', async () => {
    const hook = before('recordEvidence', async ({ name }) => {
      await rewriteWitness(name, (header, tables) => [{ ...header, rows: '1' }, ...tables]);
    });
    const run = await own().fixture.run({ hook, input: { database: 'own' } });
    assert.equal(run.status, 'FAILED');
    assert.equal(run.evidence.verdict, 'failed');
    assert.equal(run.evidence.failure?.error, 'ObjectChangedError');
  });

  test('a body that is cut in its middle, each time it is read, is read on: exact', async () => {
    let cuts = 0;
    const hook: Hook = async (call, next) => {
      const answer = (await next()) as { Body: StoredBytes; ContentRange?: string };
      if (call.operation !== 'GetObject' || !call.about.includes('/witness-1') || answer.ContentRange !== undefined)
        return answer;
      cuts += 1;
      const whole = await bytesOf(answer.Body);
      return {
        ...answer,
        Body: Readable.from(
          (async function* () {
            yield whole.subarray(0, Math.floor(whole.length / 2));
            throw new Error('the connection breaks');
          })(),
        ),
      };
    };
    const run = await own().fixture.run({ hook, input: { database: 'own' } });
    assertProven(run);
    assert.ok(cuts >= 4, `${cuts} bodies were cut`);
    assert.equal(run.evidence.verdict, 'exact');
    const witness = run.evidence.objects.find(({ key }) => key.endsWith('/witness-1.json.gz'));
    assert.match(witness?.sha256 ?? '', /^[0-9a-f]{64}$/, 'the evidence binds the witness');
    assert.equal(run.evidence.objects.filter(({ key }) => key.includes('/rungs/')).length, 5);
  });
});
