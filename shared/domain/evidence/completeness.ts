import { Evidence } from '../../contracts/backup-and-verify.ts';
import { FleetRecord } from '../../contracts/nightly-backup.ts';
import { ChainRecord } from '../../contracts/proof/evidence-chain.ts';
import { chainOfKey } from './any-evidence.ts';
import { type ChainFile, chainPrefix, type KeyProblem, parseJson } from './chain.ts';

export type Completeness = {
  /** Evidence of runs that looked at nothing, because another one went on: no chain has it. */
  readonly refused: number;
  readonly problems: readonly KeyProblem[];
};

/**
 * Looks from the evidence to the chains, and from the nights to the evidence: a chain by itself does not say that a run
 * was left out of it, nor that it is gone with all that it bound.
 */
export function checkCompleteness({
  evidence,
  records,
  nights,
}: {
  readonly evidence: readonly ChainFile[];
  readonly records: readonly ChainFile[];
  readonly nights: readonly ChainFile[];
}): Completeness {
  // Records behind a broken link are no proof, but they are there.
  const named = new Set(records.flatMap(({ text }) => ChainRecord.safeParse(parseJson(text)).data?.evidence.key ?? []));
  const unbound = evidence.filter(({ key }) => !named.has(key));
  const refused = unbound.filter(isRefused);
  const stray = unbound.filter((file) => !refused.includes(file));
  const databases = Map.groupBy(stray, ({ key }) => chainOfKey(key));
  return {
    refused: refused.length,
    problems: [
      ...[...databases].flatMap(([database, files]): KeyProblem[] =>
        records.some(({ key }) => key.startsWith(chainPrefix(database)))
          ? files.map(({ key }) => ({ key, problem: 'is evidence that no record of a chain binds' }))
          : [
              {
                key: chainPrefix(database),
                problem: `is gone: there is evidence of ${runs(files.length)} and no chain`,
              },
            ],
      ),
      ...nights.flatMap((night) => nightFaults(night, evidence)),
    ],
  };
}

const runs = (count: number) => (count === 1 ? '1 run' : `${count} runs`);

function isRefused({ text }: ChainFile): boolean {
  const evidence = Evidence.safeParse(parseJson(text)).data;
  return (
    evidence?.failure?.error === 'BackupAlreadyRunningError' &&
    evidence.source === null &&
    evidence.tables.length === 0 &&
    evidence.objects.length === 0
  );
}

/** The record of a night names the evidence of each database and its verdict. */
function nightFaults({ key, text }: ChainFile, evidence: readonly ChainFile[]): KeyProblem[] {
  const night = FleetRecord.safeParse(parseJson(text)).data;
  if (night === undefined) return [{ key, problem: 'was changed: it is no record of a night' }];
  return night.databases.flatMap(({ evidenceKey, verdict }): KeyProblem[] => {
    if (evidenceKey === null) return [];
    const found = evidence.find((file) => file.key === evidenceKey);
    if (found === undefined) return [{ key: evidenceKey, problem: `is missing, and the night '${key}' names it` }];
    const its = Evidence.safeParse(parseJson(found.text)).data?.verdict;
    return its === undefined || its === verdict
      ? []
      : [{ key, problem: `reports '${verdict}' of '${evidenceKey}', which reports '${its}'` }];
  });
}
