import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageStage } from '../package/package-stage.ts';
import { accessCells, accessTable } from '../permissions/people/access-table.ts';
import { accessFaults, deployedStages, readStagePackage } from '../permissions/people/documented.ts';
import { makeTerminal } from '../terminal/terminal.ts';

/** Prints what each person may do in each stage, and compares it with docs/access.md. Exit code 1 where they differ. */
export async function peopleCommand(): Promise<number> {
  const terminal = makeTerminal();
  const place = await mkdtemp(path.join(tmpdir(), 'people-'));
  try {
    for (const stage of deployedStages) {
      terminal.status(`packaging stage ${stage}`, Date.now());
      await packageStage(stage, path.join(place, stage));
    }
    const stages = await Promise.all(deployedStages.map((stage) => readStagePackage(stage, path.join(place, stage))));
    const cells = accessCells(stages);
    const faults = await accessFaults(stages);
    terminal.clear();
    for (const line of accessTable(cells, 'prod')) terminal.line(line);
    terminal.line();
    for (const fault of faults) terminal.line(`✖ ${fault}`);
    if (faults.length === 0)
      terminal.line(`✔ ${cells.length} cells are as docs/access.md says, and each statement is missed in at least one`);
    return faults.length === 0 ? 0 : 1;
  } finally {
    terminal.clear();
    await rm(place, { recursive: true, force: true });
  }
}
