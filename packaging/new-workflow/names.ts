/** One name in its spellings: the workflow's, and those of its first task. */
export type Names = {
  /** pg-audit */
  readonly name: string;
  /** The task's key in functions.yml: planPgAudit. */
  readonly task: string;
  /** Its file without ending: plan-pg-audit. */
  readonly file: string;
  /** Its state and the stem of its contracts: PlanPgAudit. */
  readonly state: string;
};

/** With the stage and the task's name before it, no longer than AWS lets a machine and a function be called. */
const longest = 30;

export function namesOf(name: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name) || name.length > longest) {
    throw new Error(
      `'${name}' is no name of a workflow, expected at most ${longest} lower-case letters, digits and single hyphens, each word beginning with a letter`,
    );
  }
  const pascal = name.replace(/(^|-)([a-z])/g, (_whole, _hyphen: string, letter: string) => letter.toUpperCase());
  return { name, task: `plan${pascal}`, file: `plan-${name}`, state: `Plan${pascal}` };
}
