/**
 * A call as a person types it, without `aws`: `{name}` stands for what an earlier answer gave, and `keeps` finds such
 * text in the answer by its first group. Single quotes are those of a shell.
 */
export type CliExample = readonly [operation: string, command: string, keeps?: Readonly<Record<string, RegExp>>];

/** The words of a command, with what is known put in. */
export function wordsOf(command: string, known: ReadonlyMap<string, string>): string[] {
  return (command.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) =>
    word.replaceAll("'", '').replace(/\{(\w+)\}/g, (whole, name: string) => known.get(name) ?? whole),
  );
}

/** What the examples of an operation must be of: each emulated operation once or more, and nothing else. */
export function coverageFaults(
  service: string,
  emulated: readonly string[],
  examples: readonly CliExample[],
): string[] {
  const shown = new Set(examples.map(([operation]) => operation));
  return [
    ...emulated.filter((operation) => !shown.has(operation)).map((one) => `${service}:${one} has no example`),
    ...[...shown]
      .filter((operation) => !emulated.includes(operation))
      .map((one) => `${service}:${one} is not emulated`),
  ];
}
