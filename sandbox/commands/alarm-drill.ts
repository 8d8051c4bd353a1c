import type { CaseResult } from '../alarm-drill/alarm-case.ts';
import { faultsOf } from '../alarm-drill/alarm-case.ts';
import { alarmCases } from '../alarm-drill/case-list.ts';
import { openAlarmDrill } from '../alarm-drill/run-cases.ts';
import { caseLines, summary, tableHead } from '../alarm-drill/table.ts';
import { makeTerminal } from '../terminal/terminal.ts';

/** Drives the alarms on health over their lines on real servers. Exit code 1 when any case is not as expected. */
export async function alarmDrillCommand(only: string | undefined): Promise<number> {
  const terminal = makeTerminal();
  const cases = alarmCases.filter(({ alarm }) => only === undefined || alarm === only);
  const results: CaseResult[] = [];
  const began = performance.now();
  await using drill = openAlarmDrill();
  for (const line of tableHead()) terminal.line(line);
  try {
    for (const [index, one] of cases.entries()) {
      terminal.status(`${index + 1} of ${cases.length}: ${one.alarm}, ${one.title}`);
      const result = await drill.run(one);
      results.push(result);
      for (const line of caseLines(result)) terminal.line(line);
    }
  } finally {
    terminal.clear();
  }
  terminal.line();
  terminal.line(summary(results, performance.now() - began));
  return results.length > 0 && results.every((result) => faultsOf(result).length === 0) ? 0 : 1;
}
