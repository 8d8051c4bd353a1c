import { type CaseResult, faultsOf, observedOf } from './alarm-case.ts';

/** Characters of a terminal that is not made wider. */
const widths = { alarm: 18, title: 35, expected: 8, observed: 8, seconds: 7 };

export const tableHead = (): string[] => [
  row(['alarm', 'case', 'expected', 'observed', 'seconds']),
  row([widths.alarm, widths.title, widths.expected, widths.observed, widths.seconds].map((width) => '─'.repeat(width))),
];

/** One case in as many lines as it takes, with what was not as expected below. */
export function caseLines(result: CaseResult): string[] {
  const { alarm, title, expected } = result.case;
  const faults = faultsOf(result);
  const observed = result.error === undefined ? observedOf(result) : 'error';
  const [first = '', ...more] = wrapped(title, widths.title);
  return [
    row([alarm, first, expected, observed, (result.milliseconds / 1000).toFixed(1)]),
    ...more.map((line) => row(['', line])),
    ...faults.flatMap((fault) => wrapped(fault, 74).map((line, index) => `${index === 0 ? '  ✖ ' : '    '}${line}`)),
  ];
}

/** How many cases there were, how many were not as expected, and the time of all. */
export function summary(results: readonly CaseResult[], milliseconds: number): string {
  const wrong = results.filter((result) => faultsOf(result).length > 0).length;
  const verdict = wrong === 0 ? 'all as expected' : `${wrong} not as expected`;
  return `${results.length} cases on real servers, ${verdict}, ${(milliseconds / 1000).toFixed(1)} s in all`;
}

const row = ([alarm = '', title = '', expected = '', observed = '', seconds = '']: readonly string[]): string =>
  [
    alarm.padEnd(widths.alarm),
    title.padEnd(widths.title),
    expected.padEnd(widths.expected),
    observed.padEnd(widths.observed),
    seconds.padStart(widths.seconds),
  ]
    .join(' ')
    .trimEnd();

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
