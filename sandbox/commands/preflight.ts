import { existsSync, mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { CommandLineError } from '../../shared/errors.ts';

/** Megabytes that servers, objects and the package take beside what is in the database. */
const base = 300;
/** The source, its snapshot and a copy of it. */
const copies = 3;

/** What a run would only find out at its end, or half way: told before anything is started. */
export async function preflight(
  { dataDirectory, port, megabytes }: { dataDirectory: string; port: number; megabytes: number },
  freeBytes = freeBytesAt,
): Promise<void> {
  if (!existsSync(dataDirectory)) checkWritable(dataDirectory, '--data'); // What is there is looked at when it is taken.
  const wanted = base + copies * megabytes;
  const free = Math.floor(freeBytes(nearest(dataDirectory)) / 1e6);
  if (free < wanted)
    throw new CommandLineError(
      `'${nearest(dataDirectory)}' has ${free} MB free, ${wanted} MB are wanted for ${megabytes} MB of data`,
      { hints: ['Free some, name another place with --data, or load less with --megabytes.'] },
    );
  if (port !== 0) await checkPort(port);
}

/** A directory that is there or can be made, and can be written: tried, because root is permitted what then fails. */
export function checkWritable(directory: string, option: string): void {
  const there = nearest(directory);
  // One directory of those that are missing: a recursive mkdir below /proc never comes back.
  const probe = path.join(there, `.writable-${process.pid}`);
  try {
    mkdirSync(probe);
    writeFileSync(path.join(probe, 'probe'), 'x'.repeat(4096));
  } catch (error) {
    throw new CommandLineError(`directory '${directory}' of ${option} cannot be written: ${(error as Error).message}`, {
      hints: [`Name another one with ${option}, or free some room.`],
    });
  } finally {
    if (isDirectory(there)) rmSync(probe, { recursive: true, force: true });
  }
}

const isDirectory = (place: string) => statSync(place).isDirectory();

/** The directory itself, or the nearest one above it that exists. */
function nearest(directory: string): string {
  let place = path.resolve(directory);
  while (!existsSync(place) && path.dirname(place) !== place) place = path.dirname(place);
  return place;
}

function freeBytesAt(place: string): number {
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize;
}

async function checkPort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(
        new CommandLineError(
          code === 'EADDRINUSE'
            ? `port ${port} of 127.0.0.1 is in use`
            : `port ${port} of 127.0.0.1 cannot be opened: ${message}`,
          { hints: ['Name another one with --port, or leave it out and any free one is taken.'] },
        ),
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}
