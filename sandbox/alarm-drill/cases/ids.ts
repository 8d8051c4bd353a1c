import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findClientTools } from '../../postgres/client-tools.ts';
import { serverEnvironment } from '../../postgres/cluster.ts';
import { runCommand } from '../../postgres/command.ts';
import { giveToServers, serverUser } from '../../postgres/server-user.ts';
import type { AlarmCase, Scene } from '../alarm-case.ts';

/** A page of a commit log or of multixacts, and pages of a segment of them: PostgreSQL's own numbers. */
const page = 8192;
const pages = 32;
const perSegment = { xact: page * 4 * pages, multixact: (page / 4) * pages };

/** Moves the next id of a stopped server on by pg_resetwal, as if all those before had been used. */
async function moveOn(scene: Scene, what: keyof typeof perSegment, next: number): Promise<void> {
  const tools = await findClientTools(18);
  const pgResetwal = path.join(path.dirname(tools.pgDump), 'pg_resetwal');
  await scene.server.restart(async (data) => {
    const words = what === 'xact' ? ['-x', String(next)] : ['-m', `${next},1`];
    await runCommand(pgResetwal, [...words, '-D', data], { user: serverUser, env: serverEnvironment });
    // The server reads the page of the next id when it starts.
    const directory = path.join(data, what === 'xact' ? 'pg_xact' : 'pg_multixact/offsets');
    const segment = Math.floor(next / perSegment[what]);
    const file = path.join(directory, segment.toString(16).toUpperCase().padStart(4, '0'));
    await mkdir(directory, { recursive: true });
    await writeFile(file, Buffer.alloc(page * pages), { mode: 0o600 });
    await giveToServers(file);
  });
}

/** Freezes every database, template0 among them. */
async function freeze({ server }: Scene): Promise<void> {
  await server.asSuperuser((client) => client.query('alter database template0 allow_connections true'));
  for (const database of ['template0', 'template1', 'postgres', 'app', 'rdsadmin']) {
    await server
      .asSuperuser((client) => client.query('vacuum (freeze)'), database)
      .catch((error: { code?: string }) => {
        if (error.code !== '3D000') throw error; // invalid_catalog_name: not every server has it
      });
  }
  await server.asSuperuser((client) => client.query('alter database template0 allow_connections false'));
}

const used = (alarm: 'transaction-ids' | 'multixacts', what: keyof typeof perSegment): AlarmCase => ({
  alarm,
  title: 'a server that pg_resetwal has moved there',
  expected: 'critical',
  async run(scene) {
    const { driven, expect } = scene;
    await moveOn(scene, what, 1_100_000_000);
    await driven.minutes(4);
    expect('1.1 billion ids', `${alarm}-warning`);
    await moveOn(scene, what, 1_700_000_000);
    await driven.minutes(4);
    expect('1.7 billion ids', `${alarm}-critical`, `${alarm}-warning`);
    await freeze(scene);
    await driven.minutes(4);
    expect('when it is frozen');
  },
});

const frozen = (alarm: 'transaction-ids' | 'multixacts'): AlarmCase => ({
  alarm,
  title: 'a server far on whose databases are all frozen',
  expected: 'quiet',
  async run(scene) {
    await freeze(scene);
    await scene.driven.minutes(4);
    scene.expect('after 4 minutes');
  },
});

/** The last ones: ids do not come back. */
export const idCases: readonly AlarmCase[] = [
  used('transaction-ids', 'xact'),
  frozen('transaction-ids'),
  used('multixacts', 'multixact'),
  frozen('multixacts'),
];
