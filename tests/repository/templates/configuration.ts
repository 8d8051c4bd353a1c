/** What Serverless is given: of serverless.yml, workflows.yml and the files of the folders, without packaging anything. */
import frames from '../../../packaging/cloudformation/frames.cjs';
import functions from '../../../packaging/cloudformation/functions.cjs';
import stateMachines from '../../../packaging/cloudformation/state-machines.cjs';
import { readAlarms, readFunctions, readWorkflows } from '../../../packaging/cloudformation/workflows.cjs';
import { entriesAt, filesOf, yamlOf } from '../files.ts';

export const functionsByKey = () => functions.functionsOf(readFunctions());
export const stateMachinesByKey = () => stateMachines.machinesOf(readWorkflows());

/** Resources of the platform and of all frames; those that depend on the stage are generators of their own. */
export const resources = (): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(
    filesOf('resources/platform/*.yml').flatMap(({ path }) => entriesAt(yamlOf(path), 'Resources')),
  ),
  ...frames.framesOf({ functions: readFunctions(), workflows: readWorkflows(), alarms: readAlarms() }),
});

/** Where statements are written. */
export const statementTexts = (): string[] =>
  filesOf('{resources/**/*.yml,workflows.yml,packaging/cloudformation/machine-statements.cjs}').map(({ text }) => text);
