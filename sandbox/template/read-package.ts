import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { keptDirectory } from '../postgres/kept-directory.ts';
import { type OpenStack, openStacks } from './open-stacks.ts';
import { readTemplate } from './read-template.ts';
import type { Template } from './template.ts';

export type PackageOptions = {
  /** Where `serverless package --package <directory>` wrote. */
  readonly directory: string;
  /**
   * Where the functions' code is unpacked, one directory for each archive. The same place for the same archives when
   * absent: Node keeps what it compiled by the file's path.
   */
  readonly codeDirectory?: string;
  /** The first one of the stage. */
  readonly region: string;
  readonly account: string;
  readonly stackName?: string;
  readonly parameters?: Readonly<Record<string, string>>;
};

/** Reads a packaged service: its template resolved for the first region, its bundles unpacked. */
export async function readPackage(options: PackageOptions): Promise<Template> {
  const [first] = await readStacks(options);
  return first;
}

/** The same for each region of the stage, the first one first. */
export async function readStacks(options: PackageOptions): Promise<readonly [Template, ...Template[]]> {
  const codeDirectories = await unpackArchives(options.directory, options.codeDirectory);
  const { stackName, secondRegion } = await readState(options.directory);
  const codeOf = (s3Key: string) => {
    const directory = codeDirectories.get(basename(s3Key));
    if (directory === undefined) {
      const present = [...codeDirectories.keys()].join(', ') || 'none';
      throw new Error(`archive '${basename(s3Key)}' is not in '${options.directory}', present: ${present}`);
    }
    return directory;
  };
  const readIn = (region: string) => {
    const [own, ...nested] = openStacks(options.directory, {
      stackName: options.stackName ?? stackName,
      region,
      account: options.account,
      partition: 'aws',
      parameters: options.parameters ?? {},
    });
    const read = ({ template, context }: OpenStack) => readTemplate(template, context, codeOf);
    return joinTemplates(read(own), nested.map(read));
  };
  return [readIn(options.region), ...(secondRegion === undefined ? [] : [readIn(secondRegion)])];
}

/** The stage's own stack with all that is nested in it. */
function joinTemplates(own: Template, nested: readonly Template[]): Template {
  const stacks = [own, ...nested];
  const all = <Item>(of: (template: Template) => readonly Item[]) => stacks.flatMap(of);
  return {
    ...own,
    functions: all(({ functions }) => functions),
    stateMachines: all(({ stateMachines }) => stateMachines),
    roles: all(({ roles }) => roles),
    rules: all(({ rules }) => rules),
    buckets: all(({ buckets }) => buckets),
    topics: all(({ topics }) => topics),
    subscriptions: all(({ subscriptions }) => subscriptions),
    logGroups: all(({ logGroups }) => logGroups),
    alarms: all(({ alarms }) => alarms),
    budgets: all(({ budgets }) => budgets),
    anomalySubscriptions: all(({ anomalySubscriptions }) => anomalySubscriptions),
    secrets: all(({ secrets }) => secrets),
    managedPolicies: all(({ managedPolicies }) => managedPolicies),
    resourcePolicies: all(({ resourcePolicies }) => resourcePolicies),
    resources: all(({ resources }) => resources),
    others: all(({ others }) => others),
  };
}

/** The framework writes its resolved configuration beside the template. */
async function readState(directory: string): Promise<{ stackName: string; secondRegion: string | undefined }> {
  const path = join(directory, 'serverless-state.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`'${path}' cannot be read\nHINT: Run 'npm run package' first.`, { cause });
  });
  const { service } = JSON.parse(text) as {
    service: {
      service: string;
      provider: { stage: string; stackName?: string };
      custom?: { dr?: { region: string } };
    };
  };
  const second = service.custom?.dr?.region;
  return {
    stackName: service.provider.stackName ?? `${service.service}-${service.provider.stage}`,
    secondRegion: second === 'none' ? undefined : second,
  };
}

async function unpackArchives(directory: string, chosen: string | undefined): Promise<ReadonlyMap<string, string>> {
  const archives = (await readdir(directory)).filter((name) => name.endsWith('.zip')).sort();
  const unpackInto = async (codeDirectory: string) => {
    for (const archive of archives)
      await unpack(join(directory, archive), resolve(codeDirectory, basename(archive, '.zip')));
  };
  let codeDirectory = chosen;
  if (codeDirectory === undefined) {
    const hash = createHash('sha256');
    for (const archive of archives) hash.update(`${archive}\n`).update(await readFile(join(directory, archive)));
    codeDirectory = await keptDirectory('code', hash.digest('hex').slice(0, 32), unpackInto);
  } else await unpackInto(codeDirectory);
  const place = codeDirectory;
  return new Map(archives.map((archive) => [archive, resolve(place, basename(archive, '.zip'))]));
}

async function unpack(archive: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(archive)))) {
    const path = resolve(target, name);
    if (!path.startsWith(target + sep)) {
      throw new Error(`archive '${archive}' has the entry '${name}', which leaves its directory`);
    }
    if (!name.endsWith('/')) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
  }
}
