// Serverless plugin: `deploy` and `remove` without --region mean both regions of the stage. The second one is deployed
// first, because the first hands witnesses over to it; and removed last. Where one fails, the other is not touched.
import { spawn } from 'node:child_process';
import { readOperations } from '../bundle/read-operations.mjs';

export default class BothRegions {
  /** @param run starts Serverless once more with these words; a test gives its own. */
  constructor(serverless, options, _utils, run = runAgain) {
    const { commands = [] } = serverless.processedInput ?? {};
    const onSecond = (command) => async () => {
      if (commands.join(' ') !== command) return;
      if (options.region !== undefined || options.package !== undefined) return; // one region of one's own choice
      const stage = options.stage ?? serverless.service.provider.stage;
      const { dr } = (await readOperations()).stages[stage] ?? {};
      if (dr === undefined) return;
      const code = await run([...process.argv.slice(2), '--region', dr.region]);
      if (code !== 0)
        throw new serverless.classes.Error(
          `'${command}' of stage '${stage}' ended with ${code} in ${dr.region}${command === 'deploy' ? '; the first region was not touched' : ''}`,
        );
    };
    this.hooks = { 'before:package:cleanup': onSecond('deploy'), 'after:remove:remove': onSecond('remove') };
  }
}

const runAgain = (words) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [process.argv[1], ...words], { stdio: 'inherit' });
    child.once('error', reject).once('close', resolve);
  });
