import { machineText } from './machine-text.ts';
import { type Names, namesOf } from './names.ts';
import { contractText, drillText, functionText } from './source-texts.ts';
import { exampleTestText, unwrittenTestText, workflowTestText } from './test-texts.ts';

/** What the skeleton must know of the checkout that it is written into. */
export type House = {
  readonly workflows: string;
  readonly readme: string;
  /** The nested stacks of workflows.yml, the first one first. */
  readonly stacks: readonly string[];
  exists(file: string): boolean;
};

export type Skeleton = {
  /** Path to text of files that are not there yet. */
  readonly created: ReadonlyMap<string, string>;
  /** The two lists that every workflow is in, each with one entry more. */
  readonly changed: ReadonlyMap<string, string>;
};

/** All files of a new workflow. Refused as a whole when one of them is there already. */
export function skeletonOf(name: string, house: House, stack = house.stacks[0] ?? ''): Skeleton {
  const names = namesOf(name);
  if (!house.stacks.includes(stack)) {
    throw new Error(`stack '${stack}' is unknown, known are '${house.stacks.join("', '")}'`);
  }
  const created = new Map([
    [`statemachines/${name}.asl.yml`, machineText(names)],
    [`functions/${name}/functions.yml`, `${names.task}:\n  timeout: 60\n  memorySize: 256\n`],
    [`functions/${name}/${names.file}.ts`, functionText(names)],
    [
      `resources/roles/${name}.yml`,
      `# What each function calls: the statements of its role. packaging/cloudformation/ makes the role.\n${names.task}: []\n`,
    ],
    [`shared/contracts/${name}.ts`, contractText(names)],
    [`events/${name}/one-database.json`, '{\n  "database": "fantasy"\n}\n'],
    [`sandbox/workflows/${name}/drill.ts`, drillText(names)],
    [`docs/runbooks/${name}.md`, runbookText(names)],
    [`tests/workflows/${name}.test.ts`, workflowTestText(names)],
    [`tests/unit/functions/${name}.test.ts`, unwrittenTestText(names)],
    [`tests/sandbox/operations/${name}.test.ts`, exampleTestText(names)],
  ]);
  const taken = [...created.keys()].filter((file) => house.exists(file));
  if (taken.length > 0) throw new Error(`'${taken.join("', '")}' exists, nothing was written`);
  const changed = new Map([
    [
      'workflows.yml',
      `${house.workflows.trimEnd()}\n\n${name}: # a person starts it and reads its output\n  stack: ${stack}\n`,
    ],
    ['README.md', withRow(house.readme, names)],
  ]);
  return { created, changed };
}

/** After the last workflow of the README's table. */
function withRow(readme: string, { name }: Names): string {
  const rows = [...readme.matchAll(/^\| `[a-z-]+` \|.*\(docs\/runbooks\/[a-z-]+\.md\) \|\n/gm)];
  const last = rows.at(-1);
  if (last === undefined) throw new Error('README.md has no table of workflows\nHINT: Its rows link docs/runbooks/.');
  const end = last.index + last[0].length;
  const row = `| \`${name}\` | by hand | reports nothing yet | [runbook](docs/runbooks/${name}.md) |\n`;
  return readme.slice(0, end) + row + readme.slice(end);
}

const runbookText = ({ name }: Names) => `# ${name}

**What it does.** Not written yet.

**Start it.** \`npm run drill -- ${name}\` in the sandbox. At AWS:

    aws stepfunctions start-execution --state-machine-arn …:${name}-prod --input file://events/${name}/one-database.json

**What it reports.** The execution succeeds; read its output: \`report\`, or why there is none in \`failure\`.

**How to undo.** Nothing to undo: it only reads.

**Its errors.** [docs/errors.md](../errors.md).
`;
