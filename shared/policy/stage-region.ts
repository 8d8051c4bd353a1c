import { InvalidOperationsError } from '../errors.ts';
import type { Operations } from './schema.ts';

/** The stage of this name. */
export function checkedStage({ stages }: Operations, stage: string): keyof Operations['stages'] {
  if (stage === 'dev' || stage === 'test' || stage === 'prod') return stage;
  const known = Object.keys(stages).join("', '");
  throw new InvalidOperationsError(`stage '${stage}' is unknown, known are '${known}'`, {
    hints: [`Say --stage with one of '${known}'.`],
  });
}

/** A stage is deployed in its own region, and in the one with its copies; anywhere else nothing would work. */
export function checkStageRegion({ stages }: Operations, stage: keyof Operations['stages'], region: string): void {
  const { region: first, dr } = stages[stage];
  const known = dr === undefined ? [first] : [first, dr.region];
  if (known.includes(region)) return;
  throw new InvalidOperationsError(`region '${region}' is not of stage '${stage}', known are '${known.join("', '")}'`, {
    hints: [`Deploy without '--region', or name '${region}' under 'stages.${stage}.dr' in operations.yml.`],
  });
}
