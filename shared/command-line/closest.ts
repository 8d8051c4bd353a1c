/** The known word that a typing error was meant to be; undefined when none is near. */
export function closest(word: string, known: readonly string[]): string | undefined {
  const near = known.map((one) => ({ one, distance: distanceOf(word.toLowerCase(), one.toLowerCase()) }));
  const best = near.reduce((left, right) => (right.distance < left.distance ? right : left), {
    one: '',
    distance: Number.POSITIVE_INFINITY,
  });
  return best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.one : undefined;
}

/** Letters that are added, removed, changed, or two that changed places. */
function distanceOf(left: string, right: string): number {
  const rows = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= left.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
          ? (rows[row - 2]?.[column - 2] ?? 0) + 1
          : Number.POSITIVE_INFINITY;
      line.push(
        Math.min(
          (rows[row - 1]?.[column] ?? 0) + 1,
          (line[column - 1] ?? 0) + 1,
          (rows[row - 1]?.[column - 1] ?? 0) + (isSame ? 0 : 1),
          swapped,
        ),
      );
    }
    rows.push(line);
  }
  return rows[left.length]?.[right.length] ?? 0;
}
