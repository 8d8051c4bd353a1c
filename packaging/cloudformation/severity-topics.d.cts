/** A topic for each severity, with its policy and its subscription. */
declare function severityTopics(context: { resolveVariable(name: string): Promise<string> }): Promise<{
  readonly Resources: Readonly<Record<string, unknown>>;
}>;
export = severityTopics;
