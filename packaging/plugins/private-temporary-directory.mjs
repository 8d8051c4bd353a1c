// Serverless plugin: packaging works in a temporary directory of its own, which is removed when the process ends.
// serverless-esbuild copies each bundle below the temporary directory, and leaves the copies there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export default class PrivateTemporaryDirectory {
  constructor() {
    const directory = mkdtempSync(path.join(tmpdir(), 'pg-gameday-package-'));
    process.env.TMPDIR = directory;
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  }
}
