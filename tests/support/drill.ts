import { readFileSync } from 'node:fs';

export type ProofStep = { readonly script: string; readonly output: readonly string[] };

/** The blocks of docs/drill.md: what a person types, each with what it prints. */
export function proofSteps(): ProofStep[] {
  const text = readFileSync(new URL('../../docs/drill.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```\n\n^```text\n(.*?)^```$/gms)].map(([, script = '', output = '']) => ({
    script,
    output: output.trimEnd().split('\n'),
  }));
}

/** Whether lines are as reported; a reported `…` stands for any number of lines. */
export function isAsReported(lines: readonly string[], reported: readonly string[]): boolean {
  const [first, ...rest] = reported;
  if (first === undefined) return lines.length === 0;
  if (first !== '…') return lines[0] === first && isAsReported(lines.slice(1), rest);
  return lines.some((_, skipped) => isAsReported(lines.slice(skipped), rest)) || rest.length === 0;
}
