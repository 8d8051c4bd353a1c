/** A running execution and its input, as Step Functions reports. */
export type RunningProof = { readonly name: string; readonly input: string };

/**
 * The drill that an instance is in; undefined when it is in none. An input means an instance when any text in it is its
 * identifier or a database of it; one that cannot be read may mean every instance.
 */
export function proofOf(
  instanceId: string,
  databases: Readonly<Record<string, { readonly instance: string }>>,
  running: readonly RunningProof[],
): string | undefined {
  const names = new Set([
    instanceId,
    ...Object.entries(databases).flatMap(([name, { instance }]) => (instance === instanceId ? [name] : [])),
  ]);
  return running.find(({ input }) => {
    const texts = textsIn(input);
    return texts === undefined || texts.some((text) => names.has(text));
  })?.name;
}

function textsIn(json: string): string[] | undefined {
  const texts: string[] = [];
  try {
    JSON.parse(json, (_key, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    return texts;
  } catch {
    return undefined;
  }
}
