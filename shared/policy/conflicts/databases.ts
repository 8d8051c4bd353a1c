import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';
import { ownersOf, stagesOf } from './stages.ts';

export function* databasesOutOfPlace(operations: Operations): Iterable<Fault> {
  const owners = ownersOf(operations);
  for (const [stageName, stage] of stagesOf(operations)) {
    for (const [name, { instance, secretArn, exactPause, capabilities }] of Object.entries(stage.databases)) {
      const path = `stages.${stageName}.databases.${name}`;
      const owner = owners.get(instance);
      if (owner !== stageName) {
        yield {
          path: `${path}.instance`,
          observed: `'${instance}', which stage '${owner}' names too`,
          expected: 'an instance of its own for each stage',
        };
      }
      if (exactPause && capabilities.maintain === undefined) {
        yield {
          path: `${path}.exactPause`,
          observed: "true without 'capabilities.maintain'",
          expected: 'the secret of gameday_maintain: the reader may lock no table',
        };
      }
      const [, , , secretRegion, secretAccount] = secretArn.split(':');
      if (secretAccount !== stage.account || secretRegion !== stage.region) {
        yield {
          path: `${path}.secretArn`,
          observed: `account ${secretAccount} and region ${secretRegion}`,
          expected: `account ${stage.account} and region ${stage.region}, those of the stage`,
        };
      }
    }
  }
}

export function* officeHoursOfSources(operations: Operations): Iterable<Fault> {
  const owners = ownersOf(operations);
  for (const stageName of ['dev', 'test'] as const) {
    const hours = operations.stages[stageName].officeHours;
    if (hours === undefined) continue;
    const path = `stages.${stageName}.officeHours`;
    for (const [index, instance] of hours.instances.entries()) {
      const owner = owners.get(instance);
      if (owner !== undefined) {
        yield {
          path: `${path}.instances.${index}`,
          observed: `'${instance}', a database of stage '${owner}'`,
          expected: 'an instance that is not backed up by this system: a stopped one has no backup',
        };
      }
    }
    if (hours.from >= hours.to) {
      yield { path: `${path}.to`, observed: hours.to, expected: `later than from, which is ${hours.from}` };
    }
  }
}
