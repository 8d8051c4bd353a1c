import type { Diagnosis } from './diagnose.ts';
import type { Finding } from './finding.ts';

const signs: Readonly<Record<Finding['status'], string>> = { sound: '✔', missing: '✖', advice: '△', unseen: '?' };

/** What is wrong with its remedy; of what is sound the number, or all of it. */
export function diagnosisLines(diagnosis: Diagnosis, { all }: { readonly all: boolean }): string[] {
  const lines: string[] = [];
  for (const { title, findings } of diagnosis) {
    const sound = findings.filter(({ status }) => status === 'sound');
    lines.push(`${title}: ${sound.length} of ${findings.length} sound`);
    for (const finding of all ? findings : findings.filter(({ status }) => status !== 'sound')) {
      lines.push(`  ${signs[finding.status]} ${finding.check}: ${finding.subject}: ${finding.observed}`);
      if (finding.remedy !== '') lines.push(`      ${finding.remedy}`);
    }
  }
  return [...lines, '', conclusion(diagnosis.flatMap(({ findings }) => findings))];
}

function conclusion(findings: readonly Finding[]): string {
  const count = (wanted: Finding['status']) => findings.filter(({ status }) => status === wanted).length;
  const parts = [
    [count('missing'), 'missing'],
    [count('unseen'), 'not seen'],
    [count('advice'), 'advised'],
  ].filter(([number]) => number !== 0);
  if (parts.length === 0) return `Nothing is missing: ${findings.length} checks.`;
  return `${parts.map(([number, word]) => `${number} ${word}`).join(', ')}, of ${findings.length} checks.`;
}
