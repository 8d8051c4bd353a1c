import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeClock } from '../../../sandbox/clock.ts';
import { makeCredentials } from '../../../sandbox/credentials.ts';
import { requiredPermissions } from '../../../sandbox/iam/required/required-permissions.ts';
import { defineService, type Parts } from '../../../sandbox/services/definition.ts';
import { Register } from '../../../sandbox/services/register.ts';
import { registry } from '../../../sandbox/services/registry.ts';
import { readTemplate } from '../../../sandbox/template/read-template.ts';
import type { Template } from '../../../sandbox/template/template.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { toFailure } from '../../../sandbox/wire/failure.ts';
import { readClientModel } from '../../../sandbox/wire/model.ts';

const root = path.join(import.meta.dirname, '../../..');
const clock = makeClock();
const parts: Parts = {
  account: '123456789012',
  region: 'us-east-1',
  clock,
  clockOfMachines: clock,
  credentials: makeCredentials(),
  dispatch: () => Promise.reject(new Error('nothing is called')),
  endpoint: () => '',
  dataDirectory: '/nowhere',
  stacks: [],
  reportUndelivered: (what) => assert.fail(what),
};
const notes = { title: 'Example', limits: [], lookedFor: [] };

/** What happened to two services, of which the second is made of the first. */
function twoServices({ idOfSecond = 'second', failing = false } = {}) {
  const happened: string[] = [];
  const first = defineService({
    name: 'first',
    id: 'first',
    notes,
    permissions: { Ask: () => [{ action: 'first:Ask', resource: '*' }] },
    make: (_parts, _others: object) => ({ service: { id: 'first', client: {}, operations: {} }, word: 'one' }),
    deploy: ({ region }, { word }) => void happened.push(`deploy ${word} in ${region}`),
    stop: ({ word }) => void happened.push(`stop ${word}`),
  });
  const second = defineService({
    name: 'second',
    id: 'second',
    notes,
    permissions: {},
    make(_parts, { first: { word } }: { readonly first: { readonly word: string } }) {
      if (failing) throw new Error('no room');
      return { service: { id: idOfSecond, client: {}, operations: {} }, word: `${word} and two` };
    },
    deploy: (_stack, { word }) => void happened.push(`deploy ${word}`),
    run: ({ word }) => void happened.push(`run ${word}`),
    stop: ({ word }) => void happened.push(`stop ${word}`),
  });
  return { first, second, happened, both: new Register<object>().with(first).with(second) };
}

describe('the register of services', () => {
  test('makes each of what was made before it, deploys to all, and ends them in the reverse order', async () => {
    const { both, happened } = twoServices();
    const made = await both.make(parts);
    assert.equal(made.built.second.word, 'one and two');
    assert.deepEqual(
      made.services.map(({ id }) => id),
      ['first', 'second'],
    );
    await made.deploy({ region: 'r' } as Template);
    made.run(new AbortController().signal);
    await made.stop();
    assert.deepEqual(happened, [
      'deploy one in r',
      'deploy one and two',
      'run one and two',
      'stop one and two',
      'stop one',
    ]);
  });

  test('stops what was made when the next one cannot be', async () => {
    const { both, happened } = twoServices({ failing: true });
    await assert.rejects(both.make(parts), /no room/);
    assert.deepEqual(happened, ['stop one']);
  });

  test('refuses a service of another signing name than its folder says', async () => {
    const { both } = twoServices({ idOfSecond: 'third' });
    await assert.rejects(both.make(parts), /service 'second' is 'third', its folder says 'second'/);
  });

  test('takes none before what it is made of: the compiler refuses it', () => {
    const { first, second } = twoServices();
    // @ts-expect-error: `second` is made of `first`.
    const wrong = new Register<object>().with(second).with(first);
    assert.equal(wrong.definitions.length, 2);
  });

  test('has the service of every folder, each once, and nothing else names them', () => {
    const folders = globSync('sandbox/services/*/', { cwd: root }).map((folder) => path.basename(folder));
    const listed = readFileSync(path.join(root, 'sandbox/services/registry.ts'), 'utf8');
    for (const folder of folders)
      assert.ok(listed.includes(`'./${folder}/service.ts'`), `'${folder}' is not registered`);
    assert.equal(registry.definitions.length, folders.length);
    for (const names of [registry.definitions.map(({ id }) => id), registry.definitions.map(({ name }) => name)]) {
      assert.equal(new Set(names).size, folders.length);
    }
    const elsewhere = globSync('{sandbox,tests}/**/*.ts', { cwd: root }).filter(
      (file) =>
        file !== path.join('sandbox', 'services', 'registry.ts') &&
        /services\/\w+\/service\.ts'/.test(readFileSync(path.join(root, file), 'utf8')),
    );
    assert.deepEqual(elsewhere, []);
  });

  test('is where permissions are looked up', () => {
    for (const { id, permissions } of registry.definitions) {
      assert.ok(Object.keys(permissions).length > 0, id);
      for (const [operation, permission] of Object.entries(permissions)) {
        assert.equal(requiredPermissions(id, operation), permission, `${id}:${operation}`);
      }
    }
    assert.equal(requiredPermissions('cloudwatch', 'PutMetricData'), undefined, 'CloudWatch signs as monitoring');
    assert.equal(requiredPermissions('rds', 'toString'), undefined);
  });
});

describe('the resources of a template', () => {
  test('are called as the folder of their service says, and no type is of two services', () => {
    const types = registry.definitions.flatMap(({ resources }) => Object.keys(resources ?? {}));
    assert.ok(types.length >= 13);
    assert.equal(new Set(types).size, types.length);
    const context = { stackName: 's', region: 'us-east-1', account: '123456789012', partition: 'aws', parameters: {} };
    const { resources, others } = readTemplate(
      {
        Resources: {
          Night: { Type: 'AWS::Events::Rule', Properties: { Name: 'night' } },
          Mail: { Type: 'AWS::SNS::Topic', Properties: {} },
          Server: { Type: 'AWS::RDS::DBInstance', Properties: {} },
        },
      },
      context,
      () => '',
    );
    const [night, mail, server] = resources;
    assert.equal(night?.arn, 'arn:aws:events:us-east-1:123456789012:rule/night');
    assert.match(mail?.arn ?? '', /^arn:aws:sns:us-east-1:123456789012:s-Mail-[A-Z0-9]{12}$/);
    assert.match(server?.name ?? '', /^s-server-[a-z0-9]{12}$/);
    // What no service deploys is listed as such.
    assert.deepEqual(
      others.map(({ logicalId }) => logicalId),
      ['Server'],
    );
  });
});

describe('what the sandbox cannot do', () => {
  test('is answered with 501 by every service, whatever its protocol', async () => {
    const clients = await Promise.all(
      globSync('node_modules/@aws-sdk/client-*', { cwd: root }).map(
        (folder) => import(`@aws-sdk/${path.basename(folder)}`) as Promise<Record<string, unknown>>,
      ),
    );
    assert.ok(clients.length >= registry.definitions.length);
    for (const client of clients) {
      const failure = toFailure(readClientModel(client), new AwsError('NotImplemented', 'not here'));
      assert.deepEqual([failure.status, failure.fault, failure.wireCode], [501, 'Receiver', 'NotImplemented']);
    }
    assert.equal(new AwsError('ValidationException', 'no').status, 400);
  });

  test('is never given another status where it is refused', () => {
    for (const file of globSync('sandbox/**/*.ts', { cwd: root })) {
      const source = readFileSync(path.join(root, file), 'utf8');
      for (const [call] of source.matchAll(/new AwsError\(\s*'NotImplemented'[\s\S]*?\);/g)) {
        assert.ok(!/status: (?!501)/.test(call), `${file}: ${call}`);
      }
    }
  });
});
