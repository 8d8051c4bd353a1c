import { fork } from 'node:child_process';
import path from 'node:path';

/** No healthy file reaches them: bounds for one that hangs, and for what it left open. */
const longestFileMs = 25 * 60_000;
const longestEndMs = 60_000;
/** To say what is open. */
const longestAnswerMs = 2_000;

/** One process that runs test files in turn. */
export class FileProcess {
  hasEnded = false;
  #child = fork(path.join(import.meta.dirname, 'file-process.mjs'), { serialization: 'advanced' });
  #ended = new Promise((resolve) => this.#child.once('close', (code, signal) => resolve(code ?? signal))).then(
    (how) => {
      this.hasEnded = true;
      return how;
    },
  );

  /** The file's result and the seconds of a core that it took. */
  async run(file, data) {
    const reported = new Promise((resolve) => this.#child.once('message', resolve));
    // One that ends before it has read this is reported by its end.
    this.#child.send({ file, ...data }, () => {});
    const first = await bounded(Promise.race([reported, this.#ended.then((how) => ({ how }))]), longestFileMs);
    if (first === undefined) {
      await this.#kill();
      throw named(`no result after ${longestFileMs / 60_000} minutes`);
    }
    if ('how' in first) throw named(`its process ended with ${first.how} before its result`);
    if (first.error !== undefined) throw Object.assign(new Error(first.error.message), { stack: first.error.stack });
    return first;
  }

  /** Lets it end, and fails when something that a test left open keeps it alive, or when it ends with a complaint. */
  async end() {
    if (!this.hasEnded) this.#child.send('end', () => {});
    const how = await bounded(this.#ended, longestEndMs);
    if (how === undefined) {
      this.#child.kill('SIGUSR2');
      await bounded(this.#ended, longestAnswerMs);
      await this.#kill();
      throw named(
        `its tests have left something open: its process did not end in ${longestEndMs / 1000} s (\`still open in ${this.#child.pid}\` says what)`,
      );
    }
    if (how !== 0) throw named(`its process ended with ${how} after its tests`);
  }

  async #kill() {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

const named = (what) => Object.assign(new Error(what), { stack: what });

/** The promise's value, or undefined after so many milliseconds. */
function bounded(promise, ms) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
