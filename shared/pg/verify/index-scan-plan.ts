import type pg from 'pg';

/** Ways that the planner may take, as its parameters `enable_…` name them. */
export type Ways = Readonly<Record<string, 'on' | 'off'>>;

export const byHeap: Ways = {
  seqscan: 'on',
  indexscan: 'off',
  indexonlyscan: 'off',
  bitmapscan: 'off',
  tidscan: 'off',
};
export const byIndex: Ways = {
  seqscan: 'off',
  indexscan: 'on',
  indexonlyscan: 'on',
  bitmapscan: 'off',
  tidscan: 'off',
};
/** In the order of an index, without sorting. */
export const byOrder: Ways = { ...byIndex, sort: 'off' };
export const byBitmap: Ways = { ...byIndex, indexscan: 'off', indexonlyscan: 'off', bitmapscan: 'on' };
/** The table row by row, and for each of them the index. */
export const joinsByIndex: Ways = { ...byIndex, hashjoin: 'off', mergejoin: 'off', material: 'off' };

/** A bitmap that does not fit names pages, whose every row is then looked at: this much names the rows of 100 GB. */
const settings = "set local max_parallel_workers_per_gather = 0; set local work_mem = '128MB'";

/** Asks a table through the index that is in question, and reports from the plan whether it was asked. */
export type IndexReader = {
  ask(ways: Ways, sql: string): Promise<Record<string, unknown>>;
  /** Whether the index is all that the statement reads. */
  isAlone(ways: Ways, sql: string): Promise<boolean>;
  /** Whether the statement reads the heap first, and then looks each finding up in the index. */
  isBehindHeap(ways: Ways, sql: string): Promise<boolean>;
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
    const allowed = Object.entries(ways).map(([name, value]) => `set local enable_${name} = ${value}`);
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
  return {
    async ask(ways, sql) {
      await prepare(ways);
      const { rows } = await client.query<Record<string, unknown>>(`/* pg-gameday:structure */ ${sql}`);
      return rows[0] ?? {};
    },
    isAlone: async (ways, sql) => (await scansOf(ways, sql)) === 'index',
    isBehindHeap: async (ways, sql) => (await scansOf(ways, sql)) === 'Seq Scan,inner index',
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
