import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';

const inMemory = '/dev/shm';
/** The suite's servers, packages and copies at one time, with as much again to spare. */
const roomBytes = 6e9;

/**
 * Where tests have their temporary directory: in memory when there is room, because the servers of a test write much and
 * keep nothing; `TMPDIR` when it is set.
 */
export function roomyTemporaryDirectory() {
  if (process.env.TMPDIR !== undefined && process.env.TMPDIR !== '') return tmpdir();
  return hasRoom() ? inMemory : tmpdir();
}

function hasRoom() {
  try {
    accessSync(inMemory, constants.W_OK);
    const { bavail, bsize } = statfsSync(inMemory);
    const [, , , options = ''] =
      readFileSync('/proc/mounts', 'utf8')
        .split('\n')
        .find((line) => line.split(' ')[1] === inMemory)
        ?.split(' ') ?? [];
    // Containers give 64 MB, and programs that are unpacked there must run.
    return bavail * bsize > roomBytes && freemem() > 1.5 * roomBytes && !options.split(',').includes('noexec');
  } catch {
    return false;
  }
}
