import assert from 'node:assert/strict';
import { type ConnectionTarget, withConnection } from '../../../shared/pg/session/connect.ts';
import { askSource } from '../../../shared/pg/verify/structure-in-source.ts';
import { indexesByCollation, readCollationVersions } from '../../../shared/pg/witness/collations.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';

let server: BootstrappedServer;
let target: ConnectionTarget;
beforeAll(async () => {
  // A function that was declared immutable and is not: its index no longer has what a reader looks for.
  server =
    await startBootstrappedServer(`create table t (id int, name text); insert into t select g, 'n' || g from generate_series(1, 500) g;
create function turned(int) returns int language sql immutable as 'select $1';
create index lying on t (turned(id)); create index sound on t (id);
create or replace function turned(int) returns int language sql immutable as 'select -$1';
create collation german (provider = icu, locale = 'de'); create index by_german on t (name collate german);
create collation unused (provider = icu, locale = 'fr')`);
  target = server.target;
});
afterAll(() => server[Symbol.asyncDispose]());

const failed = (object: string) => ({ object, status: 'failed', problem: 'heap tuple lacks an index tuple' }) as const;

describe('a damage of the copy that is looked up in the source', () => {
  test("is the source's when it is there, too, with the remedy; else it stays the backup's", async () => {
    const note = {
      object: 'public.by_hash',
      status: 'note',
      problem: 'is of a kind that amcheck does not know',
    } as const;
    const [lying, sound, heap, gone, untouched] = await askSource(target, [
      failed('public.lying'),
      failed('public.sound'),
      failed('public.t'),
      failed('public.gone'),
      note,
    ]);
    assert.match(
      lying?.problem ?? '',
      /^damaged in the source, too: heap tuple .*; REINDEX INDEX CONCURRENTLY public\.lying$/,
    );
    assert.equal(sound?.problem, 'heap tuple lacks an index tuple; sound in the source');
    assert.equal(heap?.problem, 'heap tuple lacks an index tuple; sound in the source');
    assert.equal(gone?.problem, 'heap tuple lacks an index tuple; the source has no such relation any more');
    assert.deepEqual(untouched, note);
  });

  test('stays as it is when the source does not answer, and says so', async () => {
    const [finding] = await askSource({ ...target, port: 1 }, [failed('public.lying')]);
    assert.match(
      finding?.problem ?? '',
      /^heap tuple lacks an index tuple; the source could not be asked: cannot connect/,
    );
  });
});

test('collations are reported by their actual version, with the indexes that they order', async () => {
  await withConnection(target, { purpose: 'test', readOnly: true }, async (client) => {
    const versions = await readCollationVersions(client, 180_000);
    assert.match(versions['public.german'] ?? '', /^\d+/);
    assert.equal(versions['public.unused'], undefined);
    assert.deepEqual((await indexesByCollation(client)).get('public.german'), ['public.by_german']);
  });
});
