import type { Settings } from '../../../postgres/configuration.ts';
import { evaluateFormula, isFormula } from '../catalogue/formulas.ts';
import { instanceClass } from '../catalogue/instance-classes.ts';
import type { ParameterCatalog } from '../catalogue/parameter-catalog.ts';
import type { InstanceTraits, ParameterGroup } from '../model/model.ts';

/** A computed number of connections would make every server on the laptop reserve memory for thousands. */
const mostComputedConnections = 200;

/** What a server of this class runs with when it starts with this group. */
export function parametersOf(catalog: ParameterCatalog, group: ParameterGroup, traits: InstanceTraits): Settings {
  const system = [...catalog.entries.values()].flatMap(({ name, systemValue }) =>
    systemValue === undefined ? [] : [[name, systemValue] as const],
  );
  const own = [...group.values].map(([name, { value }]) => [name, value] as const);
  const all = new Map([...system, ...own]);
  return Object.fromEntries([...all].map(([name, value]) => [name, computed(name, value, traits)]));
}

export function computed(name: string, value: string, traits: InstanceTraits): string {
  if (!isFormula(value)) return value;
  const { memoryBytes, vcpus } = instanceClass(traits.instanceClass);
  const result = evaluateFormula(value, {
    DBInstanceClassMemory: memoryBytes,
    DBInstanceVCPU: vcpus,
    AllocatedStorage: traits.allocatedStorage * 1024 ** 3,
    EndPointPort: traits.declaredPort,
    TrueIfReplica: 0,
  });
  return String(name === 'max_connections' ? Math.min(result, mostComputedConnections) : Math.floor(result));
}

export function forcesTls(parameters: Settings): boolean {
  return ['1', 'on', 'true'].includes((parameters['rds.force_ssl'] ?? '1').toLowerCase());
}
