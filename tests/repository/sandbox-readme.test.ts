import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DescribedService, describeServices } from '../../sandbox/describe/described-services.ts';
import { generateReadme } from '../../sandbox/describe/generate.ts';
import { readme } from '../../sandbox/describe/readme.ts';
import { filesOf, textOf } from './files.ts';

describe('sandbox/README.md', () => {
  let directory: string;
  let services: DescribedService[];
  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'sandbox-readme-'));
    await chmod(directory, 0o755); // servers may run as another user
    services = await describeServices(directory);
  });
  afterAll(async () => await rm(directory, { recursive: true }));

  test('is what the code generates', async () => {
    assert.equal(textOf('sandbox/README.md'), await generateReadme(), 'run `npm run sandbox:readme`');
  });

  test('describes every service that the sandbox has', () => {
    const folders = filesOf('sandbox/services/*/notes.ts').map((file) => path.basename(path.dirname(file.path)));
    const all = new Set(filesOf('sandbox/services/*/*.ts').map((file) => path.basename(path.dirname(file.path))));
    assert.deepEqual(folders.sort(), [...all].sort());
    assert.equal(services.length, folders.length);
  });

  test('names only operations that the API has, emulated or missing', () => {
    for (const { id, emulated, known, lookedFor } of services) {
      for (const name of [...emulated, ...lookedFor]) assert.ok(known.includes(name), `${id} has no ${name}`);
    }
  });

  test('changes with an operation that is added or taken away', () => {
    const text = readme({ services, serverVersion: '18.4' });
    const poorer = services.map((service) => ({ ...service, emulated: service.emulated.slice(1) }));
    assert.notEqual(readme({ services: poorer, serverVersion: '18.4' }), text);
  });
});
