import { wastePrices } from '../../shared/domain/waste/prices.ts';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import type { WasteSetting } from '../../shared/rules/waste.ts';

/** How the report assesses in a region, and the instances of any stage that operations.yml names. */
export function removalPolicy(
  file: string,
  region: string,
): { readonly waste: WasteSetting; readonly ownInstances: readonly string[] } {
  const { stages, costs } = readOperationsFile(file, file);
  const ownInstances = Object.values(stages).flatMap((stage) => [
    ...Object.values(stage.databases).map(({ instance }) => instance),
    ...('officeHours' in stage ? (stage.officeHours?.instances ?? []) : []),
  ]);
  const { waste, currency, tag, settleDays } = costs;
  return {
    ownInstances,
    waste: {
      rule: waste,
      prices: wastePrices(costs),
      regions: [region],
      currency,
      tag,
      settleDays,
      office: undefined,
      sources: ownInstances,
    },
  };
}
