/** Characters of a tag's value. */
const longest = 256;
const snapshotForm = /^(\d+):(\d+):((?:\d+,)*\d+)?$/;

/**
 * The snapshot of a replica that is about to be promoted, as a tag can hold it: a tag has no comma, and a list that is too long is left
 * out, so that every transaction from its oldest one on counts as unknown.
 */
export function partedAtTag(snapshot: string): string {
  const [, oldest] = snapshotForm.exec(snapshot) ?? [];
  if (oldest === undefined) throw new RangeError(`'${snapshot}' is no snapshot`);
  const tag = snapshot.replaceAll(',', '.');
  return tag.length <= longest ? tag : `${oldest}:${oldest}:`;
}

/** The snapshot that a tag holds; undefined when it holds none. */
export function snapshotOfTag(tag: string | undefined): string | undefined {
  const snapshot = tag?.replaceAll('.', ',');
  return snapshot !== undefined && snapshotForm.test(snapshot) ? snapshot : undefined;
}
