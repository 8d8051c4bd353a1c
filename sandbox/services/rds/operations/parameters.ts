import type {
  DBParameterGroupDetails,
  DBParameterGroupNameMessage,
  DescribeDBParametersMessage,
  ModifyDBParameterGroupMessage,
  Parameter,
  ResetDBParameterGroupMessage,
} from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { allowed, type CatalogEntry, checkValue } from '../catalogue/parameter-catalog.ts';
import { inTurn } from '../engine/instance-work.ts';
import { parametersOf } from '../engine/running-parameters.ts';
import { invalidCombination, invalidValue } from '../model/errors.ts';
import { required } from '../model/identifiers.ts';
import type { Instance, ParameterGroup } from '../model/model.ts';
import { pageOf } from '../model/paging.ts';
import type { Rds } from '../rds.ts';
import { inState } from './parameter-groups.ts';

const mostParametersInCall = 20;

export function describeParameters(rds: Rds) {
  return (input: DescribeDBParametersMessage, { region }: CallContext): DBParameterGroupDetails => {
    if (input.DBParameterGroupName === undefined) throw required('DBParameterGroupName');
    const group = rds.region(region).parameterGroup(input.DBParameterGroupName);
    const all = [...rds.engine.catalog.entries.values()].map((entry) => parameterView(entry, group));
    const asked = all.filter(({ Source }) => input.Source === undefined || Source === input.Source);
    const { items, Marker } = pageOf(asked, ({ ParameterName = '' }) => ParameterName, input, rds.limits.pageSize);
    return { Parameters: items, ...(Marker === undefined ? {} : { Marker }) };
  };
}

function parameterView(entry: CatalogEntry, group: ParameterGroup): Parameter {
  const own = group.values.get(entry.name);
  const value = own?.value ?? entry.systemValue;
  const values = allowed(entry);
  return {
    ParameterName: entry.name,
    ...(value === undefined ? {} : { ParameterValue: value }),
    Description: entry.description,
    Source: own !== undefined ? 'user' : entry.systemValue !== undefined ? 'system' : 'engine-default',
    ApplyType: entry.applyType,
    DataType: entry.dataType,
    ...(values === '' ? {} : { AllowedValues: values }),
    IsModifiable: entry.modifiable,
    ApplyMethod: own?.applyMethod ?? 'pending-reboot',
  };
}

export function modifyParameterGroup(rds: Rds) {
  return (input: ModifyDBParameterGroupMessage, { region }: CallContext): DBParameterGroupNameMessage => {
    const group = modifiable(rds, region, input.DBParameterGroupName);
    const given = input.Parameters ?? [];
    if (given.length === 0 || given.length > mostParametersInCall) {
      throw invalidValue(
        `Between 1 and ${mostParametersInCall} parameters can be modified in a call, not ${given.length}.`,
      );
    }
    // All are checked before the first is changed: RDS refuses the call as a whole.
    const changes = given.map(({ ParameterName: name, ParameterValue: value, ApplyMethod: applyMethod }) => {
      if (name === undefined) throw required('ParameterName');
      if (value === undefined) throw required('ParameterValue');
      if (applyMethod === undefined) throw required('ApplyMethod');
      const entry = checkValue(rds.engine.catalog, name, value);
      if (entry.applyType === 'static' && applyMethod === 'immediate') {
        throw invalidCombination('cannot use immediate apply method for static parameter');
      }
      return { name, value, applyMethod };
    });
    for (const { name, value, applyMethod } of changes) group.values.set(name, { value, applyMethod });
    applyTo(
      rds,
      group,
      changes.filter(({ applyMethod }) => applyMethod === 'immediate').map(({ name }) => name),
      changes.length,
    );
    return { DBParameterGroupName: group.name };
  };
}

export function resetParameterGroup(rds: Rds) {
  return (input: ResetDBParameterGroupMessage, { region }: CallContext): DBParameterGroupNameMessage => {
    const group = modifiable(rds, region, input.DBParameterGroupName);
    const changes = input.ResetAllParameters
      ? [...group.values.keys()].map((name) => ({ name, applyMethod: 'immediate' }))
      : (input.Parameters ?? []).map(({ ParameterName: name, ApplyMethod: applyMethod }) => {
          if (name === undefined) throw required('ParameterName');
          if (!rds.engine.catalog.entries.has(name)) throw invalidValue(`Could not find parameter with name: ${name}`);
          return { name, applyMethod: applyMethod ?? 'pending-reboot' };
        });
    for (const { name } of changes) group.values.delete(name);
    const isDynamic = (name: string) => rds.engine.catalog.entries.get(name)?.applyType === 'dynamic';
    const atOnce = changes.filter(({ name, applyMethod }) => applyMethod === 'immediate' && isDynamic(name));
    applyTo(
      rds,
      group,
      atOnce.map(({ name }) => name),
      changes.length,
    );
    return { DBParameterGroupName: group.name };
  };
}

function modifiable(rds: Rds, region: string, name: string | undefined): ParameterGroup {
  if (name === undefined) throw required('DBParameterGroupName');
  const group = rds.region(region).parameterGroup(name);
  if (group.isDefault) throw inState(`The default parameter group ${group.name} cannot be modified.`);
  return group;
}

/** Running servers take the `immediate` parameters; the others wait for their next start. */
function applyTo(rds: Rds, group: ParameterGroup, immediate: readonly string[], changed: number): void {
  const members = [...rds.region(group.region).instances.values()].filter(
    ({ parameterGroup }) => parameterGroup === group.name,
  );
  for (const instance of members) {
    const after =
      changed > immediate.length || instance.parameterStatus === 'pending-reboot' ? 'pending-reboot' : 'in-sync';
    instance.parameterStatus = immediate.length > 0 ? 'applying' : after;
    if (immediate.length === 0) continue;
    rds.jobs.start(async (signal) => {
      await rds.clock.wait(rds.durations.applyParameters, signal);
      await inTurn(instance, () => takeOver(rds, instance, group, immediate));
      if (instance.parameterStatus === 'applying') instance.parameterStatus = after;
    });
  }
}

async function takeOver(rds: Rds, instance: Instance, group: ParameterGroup, names: readonly string[]): Promise<void> {
  const wanted = parametersOf(rds.engine.catalog, group, instance.traits);
  const running = { ...instance.runningParameters };
  for (const name of names) {
    const value = wanted[name];
    if (value === undefined) delete running[name];
    else running[name] = value;
  }
  instance.runningParameters = running;
  if (instance.server !== undefined) await rds.engine.reload(instance);
}
