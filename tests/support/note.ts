/** Says what a test has measured or could not try: a line of the log, whatever runs the tests. */
export function note(text: string): void {
  process.stdout.write(`ℹ ${text}\n`);
}
