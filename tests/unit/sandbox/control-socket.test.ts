import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { askSocket, type ControlSocket, listenOnSocket } from '../../../sandbox/commands/control-socket.ts';
import { answerEvent } from '../../../sandbox/commands/event.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

const place = mkdtempSync(path.join(tmpdir(), 'control-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Sends bytes as they are, and answers what came back. */
const send = (file: string, bytes: string | Buffer) =>
  new Promise<string>((resolve) => {
    let text = '';
    const socket = net.connect({ path: file, allowHalfOpen: true });
    socket.on('data', (data) => (text += String(data))).on('error', () => resolve(text));
    socket.once('close', () => resolve(text)).end(bytes);
  });

describe('the socket of a running sandbox', () => {
  let control: ControlSocket;
  let directory: string;
  const heard: unknown[] = [];

  beforeEach(async () => {
    heard.length = 0;
    directory = mkdtempSync(path.join(place, 'data-'));
    chmodSync(directory, 0o755);
    control = await listenOnSocket(directory, async (request) => {
      heard.push(request);
      if (request === 'no') throw new Error('not that');
      return 'done';
    });
  });
  afterEach(async () => await control.close());

  test('lets nobody in but whoever started it', () => {
    assert.equal(statSync(control.path).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(control.path)).mode & 0o777, 0o700);
  });

  test('answers, or says why it would not', async () => {
    assert.equal(await askSocket(control.path, { a: 1 }), 'done');
    await assert.rejects(askSocket(control.path, 'no'), { message: 'not that' });
    assert.deepEqual(heard, [{ a: 1 }, 'no']);
  });

  test('lives on, whatever is sent', async () => {
    assert.match(await send(control.path, 'not JSON'), /^\{"error":/);
    assert.match(await send(control.path, ''), /^\{"error":/);
    await send(control.path, Buffer.alloc(3 * 1024 * 1024, 'a'));
    await new Promise<void>((resolve) => {
      const socket = net.connect(control.path, () => socket.destroy()).once('close', () => resolve());
    });
    assert.deepEqual(heard, []);
    assert.equal(await askSocket(control.path, null), 'done');
  });

  test('is not asked when others could have made it', async () => {
    chmodSync(control.path, 0o666);
    await assert.rejects(askSocket(control.path, {}), /with mode 666, it must be yours alone\nHINT: /);
    assert.deepEqual(heard, []);
  });

  test('is gone when it is closed, and lies elsewhere when its path would be too long', async () => {
    const deep = path.join(directory, 'd'.repeat(120));
    mkdirSync(deep);
    const other = await listenOnSocket(deep, async () => 'deep');
    assert.ok(other.path.length < 100);
    assert.equal(await askSocket(other.path, {}), 'deep');
    await other.close();
    assert.equal(existsSync(path.dirname(other.path)), false);
  });
});

describe('an event that is handed to a running sandbox', () => {
  const emitted: unknown[] = [];
  const fired: unknown[] = [];
  const sandbox = {
    region: 'us-east-1',
    template: { region: 'us-east-1', rules: [] },
    stacks: [
      { region: 'us-east-1', rules: [{ name: 'retention-dev' }] },
      { region: 'us-west-2', rules: [] },
    ],
    bus: {
      emit: async (region: string, event: unknown) => void emitted.push({ region, event }),
      fire: async (region: string, name: string) => void fired.push({ region, name }),
    },
  } as unknown as Sandbox;
  const answer = answerEvent(sandbox);
  const event = { source: 'aws.rds', 'detail-type': 'RDS DB Instance Event', detail: { a: 1 } };

  test('goes to the bus of its region, also when it is of AWS', async () => {
    assert.equal(await answer({ event }), "'RDS DB Instance Event' of aws.rds is sent in us-east-1");
    assert.match(await answer({ event: { ...event, region: 'us-west-2', resources: ['arn:a'] } }), /in us-west-2$/);
    assert.deepEqual(emitted, [
      {
        region: 'us-east-1',
        event: { source: 'aws.rds', detailType: 'RDS DB Instance Event', detail: { a: 1 }, resources: [] },
      },
      {
        region: 'us-west-2',
        event: { source: 'aws.rds', detailType: 'RDS DB Instance Event', detail: { a: 1 }, resources: ['arn:a'] },
      },
    ]);
  });

  test('of a schedule fires its rule, in the region where that is', async () => {
    const scheduled = {
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      detail: {},
      resources: ['arn:x:rule/retention-dev'],
    };
    await answer({ event: scheduled });
    assert.deepEqual(fired, [{ region: 'us-east-1', name: 'retention-dev' }]);
    await assert.rejects(
      answer({ event: { ...scheduled, region: 'us-west-2' } }),
      /rule 'retention-dev' of the event does not/,
    );
  });

  test('is refused when it is none, or happened where nothing is deployed', async () => {
    for (const request of [
      null,
      'x',
      {},
      { event: null },
      { event: { source: 'aws.rds' } },
      { event: { ...event, resources: [1] } },
    ])
      await assert.rejects(answer(request), /request is half an event of EventBridge/);
    await assert.rejects(answer({ event: { ...event, region: 'eu-west-1' } }), {
      message: /region 'eu-west-1' of the event has no stack\nHINT: .* us-east-1, us-west-2/,
    });
  });
});
