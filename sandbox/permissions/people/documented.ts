import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readOperationsFile } from '../../../shared/policy/read-file.ts';
import { readPackage } from '../../template/read-package.ts';
import {
  accessCells,
  accessTable,
  holdersOf,
  type NamedStatement,
  type StagePackage,
  statementsOfPeople,
} from './access-table.ts';

/** Stage `dev` is a laptop: there nobody is kept from anything. */
export const deployedStages = ['test', 'prod'] as const;

const fromRoot = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));

export async function readStagePackage(
  stage: (typeof deployedStages)[number],
  directory: string,
): Promise<StagePackage> {
  const { region, account } = readOperationsFile(fromRoot('operations.yml'), 'operations.yml').stages[stage];
  const stackName = `pg-gameday-${stage}`;
  return { stage, template: await readPackage({ directory, stackName, region, account }) };
}

/** The lines of the table in docs/access.md. */
export async function documentedTable(): Promise<string[]> {
  const lines = (await readFile(fromRoot('docs/access.md'), 'utf8')).split('\n');
  return lines.slice(lines.findIndex((line) => line.startsWith('| action |'))).filter((line) => line.startsWith('|'));
}

/** Statements without which every answer would be the same. */
export function needlessStatements(stages: readonly StagePackage[]): string[] {
  const cells = accessCells(stages);
  const isMissed = (statement: NamedStatement) => {
    const holders = holdersOf(statement);
    const before = cells.filter(({ person }) => holders.includes(person));
    return accessCells(stages, statement).some(({ isAllowed }, index) => isAllowed !== before[index]?.isAllowed);
  };
  return stages.flatMap((own) =>
    statementsOfPeople(own).flatMap((statement) =>
      isMissed(statement) ? [] : [`nobody would miss statement '${statement.sid}' of '${statement.policy}'`],
    ),
  );
}

/** Where docs/access.md says something else, and each statement that nobody would miss. */
export async function accessFaults(stages: readonly StagePackage[]): Promise<string[]> {
  const cells = accessCells(stages);
  const documented = await documentedTable();
  const differing = stages.flatMap(({ stage }) => {
    const table = accessTable(cells, stage);
    return [
      ...documented
        .filter((line) => !table.includes(line))
        .map((line) => `docs/access.md says of stage ${stage}, and it is not so: ${line}`),
      ...table
        .filter((line) => !documented.includes(line))
        .map((line) => `docs/access.md does not say of stage ${stage}: ${line}`),
    ];
  });
  return [...differing, ...needlessStatements(stages)];
}
