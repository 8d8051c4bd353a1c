import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { filesOf, type SourceFile } from './files.ts';
import { importsOf } from './imports.ts';

/**
 * The floors of the house, from the ground up: a file imports from its own floor and from those below it. A prefix that
 * ends with a slash is a folder; the first one that fits counts.
 */
const floors: readonly (readonly string[])[] = [
  [
    'shared/errors.ts',
    'shared/faults.ts',
    'shared/deadlines.ts',
    'shared/time.ts',
    'shared/contracts/',
    'operations.yml',
  ],
  ['shared/domain/'],
  ['shared/policy/', 'shared/config.ts', 'shared/logger.ts'],
  ['shared/pg/', 'shared/rules/'],
  ['shared/aws/'],
  ['shared/'],
  ['functions/', 'tasks/', 'operator/', 'packaging/'],
  ['sandbox/clock.ts', 'sandbox/wire/', 'sandbox/credentials.ts', 'sandbox/postgres/', 'sandbox/cost-series/'],
  ['sandbox/asl/'],
  // A service says what its calls ask of policies, and takes of a template what it declares of it.
  [
    'sandbox/services/',
    'sandbox/template/',
    ...['functions-and-secrets', 'messaging', 'money', 'observability', 'permission', 'rds', 's3', 'states'].map(
      (table) => `sandbox/iam/required/${table}.ts`,
    ),
  ],
  ['sandbox/iam/'],
  ['sandbox/sandbox.ts', 'sandbox/stage-policy.ts', 'sandbox/source.ts', 'sandbox/demo/', 'sandbox/package/'],
  ['sandbox/faults/', 'sandbox/permissions/', 'sandbox/terminal/', 'sandbox/describe/'],
  ['sandbox/fault-sweep/'],
  ['sandbox/workflows/', 'sandbox/alarm-drill/'],
  ['sandbox/commands/'],
  ['sandbox/'],
  ['model/'],
  ['tests/support/'],
  ['bench/'],
  ['tests/'],
];
/** Between topics of the domain, each arrow is listed: a topic that is not named imports no other one. */
const topics: Readonly<Record<string, readonly string[]>> = {
  alert: ['alarm', 'office-hours'],
  backup: ['resource', 'proof-cost', 'verification'],
  dr: ['resource', 'verification'],
  notification: ['cost'],
  'office-hours': ['resource'],
  'proof-cost': ['cost'],
  readiness: ['dr', 'lease', 'restore'],
  remediation: ['lease'],
  restore: ['backup', 'proof-cost', 'resource', 'verification'],
  waste: ['resource', 'office-hours', 'backup'],
};
const mostFiles = 25;
/** Lists that are found by the name of what they belong to, one file each. */
const lists: Readonly<Record<string, string>> = { 'resources/roles': 'one file for each folder of functions' };
type Graph = ReadonlyMap<string, readonly string[]>;

function graphOf(files: readonly SourceFile[]): Graph {
  const paths = new Set(files.map(({ path }) => path));
  return new Map(files.map((file) => [file.path, importsOf(file).filter((target) => paths.has(target))]));
}

/** Groups of files that import one another, types included. */
function circlesOf(graph: Graph): string[][] {
  const reach = (from: string): Set<string> => {
    const found = new Set<string>();
    const open = [...(graph.get(from) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...(graph.get(next) ?? []));
    }
    return found;
  };
  const reached = new Map([...graph.keys()].map((path) => [path, reach(path)]));
  const circles = new Map<string, string[]>();
  for (const [path, others] of reached) {
    if (!others.has(path)) continue;
    const members = [...others].filter((other) => reached.get(other)?.has(path)).sort();
    circles.set(members.join(), members);
  }
  return [...circles.values()];
}

const floorOf = (path: string): number =>
  floors.findIndex((rooms) => rooms.some((room) => (room.endsWith('/') ? path.startsWith(room) : path === room)));

function arrowsUpward(graph: Graph): string[] {
  return [...graph].flatMap(([from, targets]) =>
    targets.filter((to) => floorOf(to) > floorOf(from)).map((to) => `'${from}' imports '${to}', which is above it`),
  );
}

const topicOf = (path: string): string | undefined => /^shared\/domain\/([^/]+)\//.exec(path)?.[1];

function arrowsBetweenTopics(graph: Graph): string[] {
  return [...graph].flatMap(([from, targets]) => {
    const topic = topicOf(from);
    if (topic === undefined) return [];
    return targets
      .filter((to) => {
        const other = topicOf(to);
        return other !== undefined && other !== topic && topics[topic]?.includes(other) !== true;
      })
      .map((to) => `'${from}' imports '${to}', an arrow between topics that is not listed`);
  });
}

function largeFoldersOf(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  return [...counts]
    .filter(([folder, count]) => count > mostFiles && lists[folder] === undefined)
    .map(([folder, count]) => `'${folder}' has ${count} files, at most ${mostFiles}`);
}

const code = () =>
  filesOf('{functions,tasks,shared,operator,sandbox,packaging,tests,bench,model}/**/*.{ts,mts,cts,mjs,cjs}');
const graphWith = (...arrows: readonly (readonly [string, string])[]): Graph => {
  const graph = new Map<string, string[]>();
  for (const [from, to] of arrows) {
    graph.set(from, [...(graph.get(from) ?? []), to]);
    if (!graph.has(to)) graph.set(to, []);
  }
  return graph;
};

describe('the rooms of the house', () => {
  test('have no circle of imports, types included', () => {
    const graph = graphOf(code());
    assert.ok([...graph.values()].flat().length > 1500, 'the imports were not found');
    assert.deepEqual(circlesOf(graph), []);
  });

  test('have no arrow upward, and every file stands on a floor', () => {
    const files = code();
    assert.deepEqual(
      files.map(({ path }) => path).filter((path) => floorOf(path) < 0),
      [],
    );
    assert.deepEqual(arrowsUpward(graphOf(files)), []);
  });

  test('between topics of the domain have the listed arrows only, and each listed one is there', () => {
    const graph = graphOf(filesOf('shared/domain/**/*.ts'));
    assert.deepEqual(arrowsBetweenTopics(graph), []);
    for (const [topic, others] of Object.entries(topics)) {
      for (const other of others) {
        const isThere = [...graph].some(
          ([from, to]) => topicOf(from) === topic && to.some((one) => topicOf(one) === other),
        );
        assert.ok(isThere, `no file of '${topic}' imports one of '${other}' any more`);
      }
    }
  });

  test('stay small', () => {
    // Lists and no rooms: decisions by number, machines and runbooks by workflow. Nobody looks for one by its neighbours.
    const lists = ['docs/decisions/', 'docs/runbooks/', 'statemachines/'];
    const paths = filesOf('**/*.*').flatMap(({ path }) => (lists.some((list) => path.startsWith(list)) ? [] : [path]));
    assert.ok(paths.length > 500);
    assert.deepEqual(largeFoldersOf(paths), []);
  });

  test('that are broken are reported: a circle, of types too', () => {
    const files = [
      { path: 'shared/pg/a.ts', text: "import type { B } from './b.ts';\n" },
      { path: 'shared/pg/b.ts', text: "import { c } from './c.ts';\n" },
      { path: 'shared/pg/c.ts', text: "import type {\n  A,\n} from './a.ts';\n" },
      { path: 'shared/pg/d.ts', text: "import { a } from './a.ts';\n" },
    ];
    assert.deepEqual(circlesOf(graphOf(files)), [['shared/pg/a.ts', 'shared/pg/b.ts', 'shared/pg/c.ts']]);
  });

  for (const [from, to] of [
    ['shared/pg/a.ts', 'shared/aws/b.ts'],
    ['shared/policy/a.ts', 'shared/rules/b.ts'],
    ['sandbox/services/s3/a.ts', 'sandbox/iam/b.ts'],
    ['sandbox/fault-sweep/a.ts', 'sandbox/commands/b.ts'],
  ] as const) {
    test(`that are broken are reported: ${from} imports ${to}`, () => {
      assert.equal(arrowsUpward(graphWith([from, to])).length, 1);
      assert.deepEqual(arrowsUpward(graphWith([to, from])), []);
    });
  }

  test('that are broken are reported: an arrow between topics that nobody listed', () => {
    assert.equal(arrowsBetweenTopics(graphWith(['shared/domain/cost/a.ts', 'shared/domain/waste/b.ts'])).length, 1);
    assert.deepEqual(arrowsBetweenTopics(graphWith(['shared/domain/waste/a.ts', 'shared/domain/resource/b.ts'])), []);
  });

  test('that are broken are reported: a folder with one file too many', () => {
    const files = (count: number) => Array.from({ length: count }, (_, index) => `shared/a/${index}.ts`);
    assert.deepEqual(largeFoldersOf(files(mostFiles)), []);
    assert.equal(largeFoldersOf(files(mostFiles + 1)).length, 1);
  });
});
