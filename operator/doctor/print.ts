import type { Diagnosis } from './diagnose.ts';
import type { Finding } from './finding.ts';

const signs: Readonly<Record<Finding['status'], string>> = { sound: '✔', missing: '✖', advice: '△', unseen: '?' };

/** What is wrong with its remedy; of what is sound the number, or all of it. */
export function diagnosisLines(diagnosis: Diagnosis, { all }: { readonly all: boolean }): string[] {
  const lines: string[] = [];
  const shownBefore = new Set<string>();
  for (const { title, findings } of diagnosis) {
    const sound = findings.filter(({ status }) => status === 'sound');
    lines.push(`${title}: ${sound.length} of ${findings.length} sound`);
    const wanted = all ? findings : findings.filter(({ status }) => status !== 'sound');
    for (const { finding, subjects } of together(wanted)) {
      const line = `  ${signs[finding.status]} ${finding.check}: ${listed(subjects)}: ${finding.observed}`;
      // What several databases share, an instance or a key, is reported with the first of them.
      if (shownBefore.has(line)) continue;
      shownBefore.add(line);
      lines.push(line);
      if (finding.remedy !== '') lines.push(`      ${finding.remedy}`);
    }
  }
  return [...lines, '', conclusion(diagnosis.flatMap(({ findings }) => findings))];
}

const shownSubjects = 3;
const listed = (subjects: readonly string[]): string =>
  subjects.length <= shownSubjects
    ? subjects.join(', ')
    : `${subjects.slice(0, shownSubjects).join(', ')} and ${subjects.length - shownSubjects} more`;

/** What cannot be looked at for one and the same reason is one line, and so is what differs in its subject only. */
function together(findings: readonly Finding[]): { finding: Finding; subjects: string[] }[] {
  const groups = new Map<string, { finding: Finding; subjects: string[] }>();
  for (const finding of findings) {
    const { check, status, observed, remedy, subject } = finding;
    const key = JSON.stringify([check, status, observed, remedy]);
    const group = groups.get(key) ?? { finding, subjects: [] };
    if (!group.subjects.includes(subject)) group.subjects.push(subject);
    groups.set(key, group);
  }
  return [...groups.values()];
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
