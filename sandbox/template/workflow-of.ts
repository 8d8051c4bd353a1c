/** The workflow of what is deployed under `<workflow>-<stage>`: by the whole name, for `restore` is not `restore-test`. */
export const workflowOf = (deployedName: string): string => deployedName.replace(/-[^-]+$/, '');
