import type { Evidence } from '../../shared/contracts/backup-and-verify.ts';
import { loadingLines } from './loading.ts';

/** The evidence of a run in a few lines: every rung, what was found, the verdict. */
export function verdictLines(evidence: Evidence): string[] {
  const worth = (status: string) => status === 'failed' || status === 'gap';
  const rungs = evidence.rungs.flatMap((rung) => [
    `  ${rung.name.padEnd(11)} ${rung.status.padEnd(7)}  ${rung.summary}`,
    // The summary reports the first one.
    ...rung.findings
      .filter(({ status }) => worth(status))
      .slice(1, 6)
      .map(({ object, problem }) => `                       ${object}: ${problem}`),
  ]);
  const isProven = evidence.verdict === 'exact' || evidence.verdict === 'bounded';
  const failure = evidence.failure ?? evidence.cleanUpFailure;
  return [
    'Ladder',
    ...rungs,
    '',
    ...(failure === null
      ? []
      : [
          `Error      ${failure.error} in ${failure.state}`,
          ...failure.cause.split('\n').map((line) => `           ${line}`),
          '',
        ]),
    ...loadingLines(evidence),
    `Verdict    ${isProven ? 'PROVEN' : 'NOT PROVEN'}, ${evidence.verdict}: ${evidence.summary}`,
  ];
}
