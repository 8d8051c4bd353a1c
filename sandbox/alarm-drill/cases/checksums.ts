import { flipBitInRow, relationFile, zeroPage } from '../../postgres/damage.ts';
import type { AlarmCase, Scene } from '../alarm-case.ts';

const table = "create table t as select i, repeat('x', 80) as v from generate_series(1, 1000) i";

/** Damages the stopped server's first page of `t`, and reads all of it after a start. */
async function damaged(scene: Scene, damage: typeof zeroPage | typeof flipBitInRow): Promise<void> {
  const { server, session, driven } = scene;
  await session.query(table);
  const file = await relationFile(session, 't');
  await server.restart(async (data) => void (await damage(data, file)));
  await driven.minutes(2);
  const reader = await server.connect();
  await reader.query('select count(*) from t').catch(() => {});
  await reader.end();
}

export const checksumCases: readonly AlarmCase[] = [
  {
    alarm: 'checksums',
    title: 'a bit of a page that is not what was written',
    expected: 'critical',
    async run(scene) {
      await damaged(scene, flipBitInRow);
      await scene.driven.minutes(1);
      scene.expect('after it was read', 'checksums-critical');
    },
  },
  {
    alarm: 'checksums',
    title: 'a page of zeros, which PostgreSQL takes for new',
    expected: 'quiet',
    async run(scene) {
      await damaged(scene, zeroPage);
      await scene.driven.minutes(1);
      scene.expect('after it was read');
    },
  },
];
