import type pg from 'pg';

/** Parameters of the planner. */
export type Ways = Readonly<Record<string, string | number>>;

/** What the planner charges by default, whatever the server or the role says. */
const usual: Ways = {
  cpu_index_tuple_cost: 0.005,
  cpu_operator_cost: 0.0025,
  random_page_cost: 4,
  cpu_tuple_cost: 0.01,
};

export const byHeap: Ways = {
  ...usual,
  enable_seqscan: 'on',
  enable_indexscan: 'off',
  enable_indexonlyscan: 'off',
  enable_bitmapscan: 'off',
  enable_tidscan: 'off',
};
export const byIndex: Ways = { ...byHeap, enable_seqscan: 'off', enable_indexscan: 'on', enable_indexonlyscan: 'on' };
/** In the order of an index, without sorting. */
export const byOrder: Ways = { ...byIndex, enable_sort: 'off' };
export const byBitmap: Ways = { ...byHeap, enable_seqscan: 'off', enable_bitmapscan: 'on' };
/** The table row by row, and for each of them the index. */
export const joinsByIndex: Ways = {
  ...byIndex,
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
};

/**
 * What to charge, so that of several indexes which could answer the one in question is the cheapest. No switch names an index,
 * but each kind pays for other things: btree for its tuples and its descent, BRIN for neither, GIN and BRIN for pages.
 */
const prices: readonly Ways[] = [
  usual,
  ...Object.keys(usual).map((price) => ({ ...usual, [price]: 10_000 })),
  ...Object.keys(usual).map((price) => ({ ...usual, [price]: 0 })),
];

/** A bitmap that does not fit names pages, whose every row is then looked at: this much names the rows of 100 GB. */
const settings = "set local max_parallel_workers_per_gather = 0; set local work_mem = '128MB'";

/** Asks a table through the index that is in question, and reports from the plan whether it was asked. */
export type IndexReader = {
  ask(ways: Ways, sql: string): Promise<Record<string, unknown>>;
  /** The ways on which the index is all that the statement reads; undefined: there are none. */
  alone(ways: Ways, sql: string): Promise<Ways | undefined>;
  /** The ways on which the statement reads the heap first, and then looks each finding up in the index. */
  behindHeap(ways: Ways, sql: string): Promise<Ways | undefined>;
};

type PlanNode = {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Parent Relationship'?: string;
  readonly Plans?: readonly PlanNode[];
};

export function makeIndexReader(client: pg.Client, indexName: string, deadline: number): IndexReader {
  const until = performance.now() + deadline;
  const prepare = (ways: Ways) => {
    const left = Math.max(1, Math.ceil(until - performance.now()));
    const allowed = Object.entries(ways).map(([name, value]) => `set local ${name} = ${value}`);
    return client.query([...allowed, settings, `set local statement_timeout = ${left}`].join('; '));
  };
  const scansOf = async (ways: Ways, sql: string) => {
    await prepare(ways);
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `/* pg-gameday:structure */ explain (format json) ${sql}`,
    );
    return [...scansBelow(rows[0]?.['QUERY PLAN'][0]?.Plan, '')]
      .map(({ place, node }) => `${place}${node['Index Name'] === indexName ? 'index' : node['Node Type']}`)
      .sort()
      .join();
  };
  const waysTo = async (wanted: string, ways: Ways, sql: string) => {
    for (const price of prices) {
      if ((await scansOf({ ...ways, ...price }, sql)) === wanted) return { ...ways, ...price };
    }
    return undefined;
  };
  return {
    async ask(ways, sql) {
      await prepare(ways);
      const { rows } = await client.query<Record<string, unknown>>(`/* pg-gameday:structure */ ${sql}`);
      return rows[0] ?? {};
    },
    alone: (ways, sql) => waysTo('index', ways, sql),
    behindHeap: (ways, sql) => waysTo('Seq Scan,inner index', ways, sql),
  };
}

/** What reads no relation; and the heap's part of a bitmap scan, below which the index stands. */
const beside: ReadonlySet<string> = new Set(['Subquery Scan', 'Values Scan', 'Bitmap Heap Scan']);

type PlacedScan = { readonly place: '' | 'inner '; readonly node: PlanNode };

/** The scans of a plan; `inner` are those that run once for each row of others. */
function* scansBelow(node: PlanNode | undefined, place: PlacedScan['place']): Generator<PlacedScan> {
  if (node === undefined) return;
  const isInner = ['Inner', 'SubPlan'].includes(node['Parent Relationship'] ?? '');
  const here = isInner ? 'inner ' : place;
  const type = node['Node Type'];
  if (/ Scan$/.test(type) && !beside.has(type)) yield { place: here, node };
  for (const child of node.Plans ?? []) yield* scansBelow(child, here);
}
