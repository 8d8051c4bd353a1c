// Serverless plugin: nothing is deployed into, or removed from, another account than that of the stage in operations.yml.
import { readOperations } from '../bundle/read-operations.mjs';

export default class AccountGuard {
  /** @param readAccount whose credentials these are; a test gives its own, and its own policy. */
  constructor(
    serverless,
    options,
    _utils,
    readAccount = () => serverless.getProvider('aws').getAccountId(),
    readPolicy = readOperations,
  ) {
    const { commands = [] } = serverless.processedInput ?? {};
    const guard = async () => {
      if (!changing.includes(commands[0])) return;
      const stage = options.stage ?? serverless.service.provider.stage;
      const expected = (await readPolicy()).stages[stage]?.account;
      const observed = await readAccount();
      if (observed !== expected)
        throw new serverless.classes.Error(
          `account of the credentials is ${observed}, that of stage '${stage}' is ${expected}\nHINT: Log in to the account of the stage, or correct stages.${stage}.account in operations.yml.`,
        );
    };
    this.hooks = { initialize: guard }; // before anything is packaged, in either region
  }
}

const changing = ['deploy', 'remove', 'rollback'];
