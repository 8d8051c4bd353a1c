import { FileProcess } from './run-file.mjs';

/**
 * jest's light runner in processes of our own. A file of the sandbox has a process for itself, and must let it end; the
 * files of the other layers, which start nothing, share one for each worker. A file that hangs, or ends too early, fails
 * under its own name. (The light runner's pool hands its configuration to whoever listens when the first process asks:
 * under load the second one was still starting, and waited for it for ever.)
 */
export default class JestRunner {
  #globalConfig;

  constructor(globalConfig) {
    this.#globalConfig = globalConfig;
  }

  /** In the order given, as many at a time as there are workers. */
  async runTests(tests, _watcher, onStart, onResult, onFailure) {
    const queue = [...tests];
    await Promise.all(
      Array.from({ length: this.#globalConfig.maxWorkers }, () => this.#work(queue, { onStart, onResult, onFailure })),
    );
  }

  async #work(queue, { onStart, onResult, onFailure }) {
    let shared;
    let last;
    for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
      await onStart(test);
      const isAlone = /[\\/]tests[\\/]sandbox[\\/]/.test(test.path);
      if (!isAlone) last = test;
      const ofFile = isAlone || shared === undefined || shared.hasEnded ? new FileProcess() : shared;
      if (!isAlone) shared = ofFile;
      try {
        const reported = await ofFile.run(test.path, this.#dataFor(test));
        if (isAlone)
          await ofFile.end().catch((error) => {
            // The failed test says more: what it left open follows from it.
            if (reported.result.numFailingTests === 0) throw error;
            console.error(`${test.path}: ${error.message}`);
          });
        await onResult(test, { ...reported.result, coreSeconds: reported.coreSeconds });
      } catch (error) {
        // Whatever it was, the next file has a sound process.
        if (ofFile === shared && shared.hasEnded) shared = undefined;
        if (isAlone) await ofFile.end().catch(() => {});
        await onFailure(test, error);
      }
    }
    // What the files of the other layers left open is reported of the last of them.
    await shared?.end().catch((error) => onFailure(last, error));
  }

  #dataFor(test) {
    return { globalConfig: this.#globalConfig, projectConfig: test.context.config, runtime: 'child_process' };
  }
}
