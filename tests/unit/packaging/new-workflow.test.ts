import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { type House, skeletonOf } from '../../../packaging/new-workflow/skeleton.ts';

const workflows = 'retention:\n  stack: backups\ncost-report:\n  stack: costs\n';
const readme = [
  '| workflow | starts | does | more |',
  '|---|---|---|---|',
  '| `retention` | every day | removes backups | [runbook](docs/runbooks/retention.md) |',
  '',
  'After the table.',
  '',
].join('\n');
const houseWith = (...files: readonly string[]): House => ({
  workflows,
  readme,
  stacks: ['backups', 'costs'],
  exists: (file) => files.includes(file),
});

test('a new workflow has a file in every room, and no file of another one', () => {
  const { created, changed } = skeletonOf('pg-audit', houseWith());
  const files = [...created.keys()];
  assert.deepEqual(
    files.filter((file) => !file.includes('pg-audit')),
    [],
  );
  for (const room of ['statemachines', 'functions', 'resources/roles', 'shared/contracts', 'events', 'docs/runbooks'])
    assert.ok(
      files.some((file) => file.startsWith(`${room}/`)),
      room,
    );
  for (const room of ['tests/workflows', 'tests/unit', 'tests/sandbox', 'sandbox/workflows'])
    assert.ok(
      files.some((file) => file.startsWith(`${room}/`)),
      room,
    );
  assert.deepEqual([...changed.keys()], ['workflows.yml', 'README.md']);
});

test('its entries are added to what every workflow is in, and nothing there is changed', () => {
  const { changed } = skeletonOf('pg-audit', houseWith(), 'costs');
  const entries = changed.get('workflows.yml') ?? '';
  assert.ok(entries.startsWith(workflows.trimEnd()));
  assert.deepEqual(parse(entries), { ...parse(workflows), 'pg-audit': { stack: 'costs' } });
  const lines = (changed.get('README.md') ?? '').split('\n');
  const [row, ...others] = lines.filter((line) => !readme.split('\n').includes(line));
  assert.deepEqual(others, []);
  assert.equal(lines.indexOf(row ?? ''), 3, 'after the last workflow');
  assert.match(row ?? '', /docs\/runbooks\/pg-audit\.md/);
});

test('its task has one name in all spellings', () => {
  const { created } = skeletonOf('pg-audit', houseWith());
  assert.match(created.get('functions/pg-audit/plan-pg-audit.ts') ?? '', /export const planPgAudit = defineTask\(/);
  assert.deepEqual(Object.keys(parse(created.get('functions/pg-audit/functions.yml') ?? '')), ['planPgAudit']);
  assert.deepEqual(parse(created.get('resources/roles/pg-audit.yml') ?? ''), { planPgAudit: [] });
  const { StartAt, States } = parse(created.get('statemachines/pg-audit.asl.yml') ?? '');
  assert.deepEqual([StartAt, Object.keys(States)], ['PlanPgAudit', ['PlanPgAudit', 'Reported']]);
});

test('tests that nobody has written fail, and say what is missing', () => {
  const { created } = skeletonOf('pg-audit', houseWith());
  const unwritten = [...created].filter(([, text]) => text.includes("assert.fail('unwritten: "));
  assert.deepEqual(
    unwritten.map(([file]) => file),
    ['tests/unit/functions/pg-audit.test.ts', 'tests/sandbox/operations/pg-audit.test.ts'],
  );
  for (const [file, text] of created)
    if (file.endsWith('.test.ts')) assert.ok(!text.includes("from 'node:test'"), `${file}: jest's globals`);
});

test('nothing is written over: one file that is there refuses all of them', () => {
  assert.throws(() => skeletonOf('pg-audit', houseWith('docs/runbooks/pg-audit.md')), {
    message: "'docs/runbooks/pg-audit.md' exists, nothing was written",
  });
});

for (const name of [
  '',
  'Audit',
  'pg_audit',
  '-audit',
  'audit-',
  'pg--audit',
  '2nd',
  'pg-2',
  '../etc',
  'a'.repeat(31),
]) {
  test(`'${name}' is refused as a name`, () => {
    assert.throws(() => skeletonOf(name, houseWith()), /is no name of a workflow/);
  });
}

test('an unknown stack is refused', () => {
  assert.throws(
    () => skeletonOf('pg-audit', houseWith(), 'backup'),
    /stack 'backup' is unknown, known are 'backups', 'costs'/,
  );
});
