import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { CallLogOfDrill } from '../demo/call-log.ts';
import type { Loading } from '../demo/loading.ts';
import type { SourceEdit } from '../package/package-stage.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Source } from '../source.ts';

/** Where a drill runs. */
export type DrillScene = {
  readonly sandbox: Sandbox;
  readonly source: Source;
  readonly database: string;
  /** What did not arrive of the reader's own database. */
  readonly loading?: Loading | undefined;
  /** What the sandbox was started from. */
  readonly packageDirectory: string;
  /** Lets faults strike, as of `--fault`. */
  readonly strike?: (faults: readonly string[]) => Promise<void>;
  /** Brings back what faults have cut and frozen. */
  readonly release?: () => Promise<void>;
  /** Every call that changes something, since it was begun anew. */
  readonly calls?: CallLogOfDrill;
  /** Ends with the run, whatever came of it: what was opened for it and runs beside it. */
  readonly ends: Pick<AsyncDisposableStack, 'defer'>;
};

/** How an execution ended, and what it left. */
export type DrillFacts = {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The output, parsed; null when it has none. */
  readonly output: unknown;
  /** The text of an object in the bucket of evidence. Throws when it is not there. */
  read(key: string): Promise<string>;
};

/** What a drill shows at its end. */
export type DrillResult = {
  readonly lines: readonly string[];
  /** Put into the directory of reports, by their names; the first one is named on the terminal. */
  readonly files: ReadonlyMap<string, string>;
  /** What a machine that always succeeds came to; absent where its status says it. */
  readonly isGood?: boolean;
  /** Where it is neither that of success nor that of failure. */
  readonly exitCode?: number;
};

/**
 * How a workflow is run by hand in the sandbox. `sandbox/workflows/<workflow>/drill.ts` exports it as `drill`; what it
 * proves or changes is the `Comment` of its machine.
 */
export type Drill = {
  /** How long a run takes on a laptop, in words. */
  readonly lasts: string;
  /** What a run costs at AWS, in words. */
  readonly costs: string;
  /** Of the sources, for this drill alone. */
  readonly edits?: readonly SourceEdit[];
  /** The file of events/ that starts it when none is given. */
  readonly event: string;
  /** Megabytes of the demo database that it wants at most: what is in it makes no difference to most workflows. */
  readonly megabytes?: number;
  /** Its machine is started in the second region, where it writes what it leaves. */
  readonly inSecondRegion?: boolean;
  /** Keeps writers on the source. */
  readonly writes?: boolean;
  /** Faults that strike when everything lies there. */
  readonly faults?: readonly string[];
  /** The same while a region is lost. */
  readonly withoutRegion?: (region: string) => Drill;
  /** Puts down what the run is to find; what it answers takes the place of members of `input`, the event file's. */
  readonly prepare?: (scene: DrillScene, input: object) => Promise<object | undefined>;
  /** What the execution came to, in the words of its own output contract; throws when the output does not keep it. */
  readonly show: (facts: DrillFacts, scene: DrillScene) => Promise<DrillResult>;
};

/** The page of a run as an entry of `files`; a run whose page could not be stored still has a verdict to show. */
export const pageAt = async (read: DrillFacts['read'], key: string): Promise<[string, string][]> => {
  const page = await read(key).catch(() => undefined);
  return page === undefined ? [] : [['report.html', page]];
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const directory = new URL('./', import.meta.url);

/** A file of the repository, wherever the command is called from. */
export const packaged = (file: string): string => path.join(root, file);

/** Those that have a machine in `statemachines/`. */
export const workflowNames = (): string[] =>
  globSync('*.asl.yml', { cwd: path.join(root, 'statemachines') })
    .map((file) => path.basename(file, '.asl.yml'))
    .sort();

/** Throws when the workflow has no machine, or nobody has written how it is run by hand. */
export async function loadDrill(workflow: string): Promise<Drill> {
  const known = workflowNames();
  if (!known.includes(workflow)) {
    throw new Error(
      `workflow '${workflow}' does not exist\nHINT: Known are ${known.join(', ')}; npm run drill -- --list says what each does.`,
    );
  }
  const file = new URL(`${workflow}/drill.ts`, directory);
  if (!existsSync(file)) {
    throw new Error(
      `workflow '${workflow}' cannot be run by hand\nHINT: Write sandbox/workflows/${workflow}/drill.ts beside those of ${readdirSync(
        directory,
        { withFileTypes: true },
      )
        .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
        .join(', ')}.`,
    );
  }
  return ((await import(file.href)) as { drill: Drill }).drill;
}

/** What a workflow proves or changes: the comment of its machine. */
export function commentOf(workflow: string): string {
  const text = readFileSync(path.join(root, 'statemachines', `${workflow}.asl.yml`), 'utf8');
  const { Comment } = parse(text) as { Comment?: string };
  return Comment ?? '';
}

/** The files of events/ that belong to a workflow, as paths from the root. */
export const eventFilesOf = (workflow: string): string[] =>
  globSync(`events/${workflow}/*.json`, { cwd: root })
    .map((file) => file.replaceAll(path.sep, '/'))
    .sort();
