import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Expected } from './facts.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
type Resource = {
  readonly Type?: string;
  readonly Condition?: string;
  readonly Properties?: { readonly Name?: string; readonly ScheduleExpression?: string };
};

/** Reads what a deployment of the stage has from the files that it is made of. */
export function expectedOf(stage: string): Expected {
  const { service, functions } = parse(readFileSync(path.join(root, 'serverless.yml'), 'utf8')) as {
    service: string;
    functions: Record<string, unknown>;
  };
  const resources = globSync('resources/*.yml', { cwd: root }).flatMap((file) =>
    Object.values(
      (parse(readFileSync(path.join(root, file), 'utf8')) as { Resources?: Record<string, Resource> }).Resources ?? {},
    ),
  );
  const schedules = resources.filter(
    ({ Type, Properties }) => Type === 'AWS::Events::Rule' && Properties?.ScheduleExpression !== undefined,
  );
  const named = (rules: readonly Resource[]) =>
    rules.map(({ Properties }) => String(Properties?.Name).replace(/\$\{sls:stage\}/, stage)).sort();
  return {
    functions: Object.keys(functions).map((key) => `${service}-${stage}-${key}`),
    stateMachines: globSync('statemachines/*.asl.yml', { cwd: root })
      .map((file) => `${path.basename(file, '.asl.yml')}-${stage}`)
      .sort(),
    schedules: named(schedules),
    schedulesElsewhere: named(schedules.filter(({ Condition }) => Condition !== 'IsFirstRegion')),
  };
}
