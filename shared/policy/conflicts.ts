import type { Fault } from '../faults.ts';
import type { Operations, StageName } from './schema.ts';

type Conflicts = (operations: Operations) => Iterable<Fault>;

/** What a schema cannot say, because it takes two settings to be wrong. */
export const findConflicts = (operations: Operations): Fault[] => rules.flatMap((rule) => [...rule(operations)]);

const rules: readonly Conflicts[] = [
  databasesOutOfPlace,
  officeHoursOfSources,
  severitiesUnheard,
  limitsOutOfOrder,
  monitorsOfOthers,
  secondRegionsOutOfPlace,
  networksMissing,
  bracketsThatDoNotWiden,
  retentionsThatDoNotKeepUp,
];

type Stages = [StageName, Operations['stages'][StageName]][];
const stagesOf = ({ stages }: Operations) => Object.entries(stages) as Stages;

/** The stage of each instance; of one that two stages name, the first. */
function ownersOf(operations: Operations): ReadonlyMap<string, StageName> {
  const owners = new Map<string, StageName>();
  for (const [stageName, { databases }] of stagesOf(operations)) {
    for (const { instance } of Object.values(databases)) {
      if (!owners.has(instance)) owners.set(instance, stageName);
    }
  }
  return owners;
}

function* databasesOutOfPlace(operations: Operations): Iterable<Fault> {
  const owners = ownersOf(operations);
  for (const [stageName, stage] of stagesOf(operations)) {
    for (const [name, { instance, secretArn }] of Object.entries(stage.databases)) {
      const path = `stages.${stageName}.databases.${name}`;
      const owner = owners.get(instance);
      if (owner !== stageName) {
        yield {
          path: `${path}.instance`,
          observed: `'${instance}', which stage '${owner}' names too`,
          expected: 'an instance of its own for each stage',
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

function* officeHoursOfSources(operations: Operations): Iterable<Fault> {
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

function* severitiesUnheard(operations: Operations): Iterable<Fault> {
  for (const [stageName, { receivers }] of stagesOf(operations)) {
    const heard = new Set(receivers.email.flatMap(({ severities }) => severities));
    const unheard = (['P1', 'P2', 'P3', 'P4'] as const).filter((severity) => !heard.has(severity));
    if (receivers.email.length > 0 && unheard.length > 0) {
      yield {
        path: `stages.${stageName}.receivers.email`,
        observed: `no address for ${unheard.join(' and ')}`,
        expected: 'an address for each severity: mail reports what another channel could not',
      };
    }
  }
}

function* limitsOutOfOrder({ costs, stages }: Operations): Iterable<Fault> {
  const { P2, P3 } = costs.severities;
  if (P2 <= P3) {
    yield { path: 'costs.severities.P2', observed: String(P2), expected: `more than P3, which is ${P3}` };
  }
  const all = [['costs.caps', costs.caps] as const];
  const own = Object.entries(stages).map(([name, { caps }]) => [`stages.${name}.caps`, caps] as const);
  for (const [path, caps] of [...all, ...own]) {
    if (caps !== undefined && caps.month < caps.drill) {
      yield { path: `${path}.month`, observed: String(caps.month), expected: `at least drill, which is ${caps.drill}` };
    }
  }
}

function* monitorsOfOthers(operations: Operations): Iterable<Fault> {
  for (const [stageName, { account, anomalyMonitorArn = '' }] of stagesOf(operations)) {
    const owner = anomalyMonitorArn.split(':')[4] ?? account;
    if (owner === account) continue;
    yield {
      path: `stages.${stageName}.anomalyMonitorArn`,
      observed: `account ${owner}`,
      expected: `account ${account}, that of the stage`,
    };
  }
}

function* secondRegionsOutOfPlace(operations: Operations): Iterable<Fault> {
  for (const [stageName, { account, region, dr }] of stagesOf(operations)) {
    if (dr === undefined) continue;
    if (dr.region === region) {
      yield {
        path: `stages.${stageName}.dr.region`,
        observed: `'${dr.region}', the region of the stage`,
        expected: 'another region: what befalls one must not reach the copies',
      };
    }
    const [, , , keyRegion, keyAccount] = dr.kmsKeyId.split(':');
    if (keyAccount !== account || keyRegion !== dr.region) {
      yield {
        path: `stages.${stageName}.dr.kmsKeyId`,
        observed: `account ${keyAccount} and region ${keyRegion}`,
        expected: `account ${account} and region ${dr.region}: a key is of one region`,
      };
    }
  }
}

function* networksMissing(operations: Operations): Iterable<Fault> {
  for (const stageName of ['test', 'prod'] as const) {
    if (operations.stages[stageName].network === undefined) {
      yield {
        path: `stages.${stageName}.network`,
        observed: 'nothing',
        expected: 'vpcId, subnetIds and databaseSubnetGroup: copies are restored into an isolated network',
      };
    }
    const { dr } = operations.stages[stageName];
    if (dr !== undefined && dr.network === undefined) {
      yield {
        path: `stages.${stageName}.dr.network`,
        observed: 'nothing',
        expected: 'vpcId, subnetIds and databaseSubnetGroup of that region: the stage is deployed there, too',
      };
    }
  }
}

function* bracketsThatDoNotWiden(operations: Operations): Iterable<Fault> {
  const { marginSeconds, longerMarginSeconds } = operations.backupPlan.bracket;
  if (longerMarginSeconds <= marginSeconds) {
    yield {
      path: 'backupPlan.bracket.longerMarginSeconds',
      observed: String(longerMarginSeconds),
      expected: `more than marginSeconds, which is ${marginSeconds}`,
    };
  }
}

function* retentionsThatDoNotKeepUp(operations: Operations): Iterable<Fault> {
  const { mostDeletions } = operations.backupPlan.retention;
  for (const [stageName, { databases }] of stagesOf(operations)) {
    const nightly = Object.values(databases).filter((database) => database.nightly).length;
    if (mostDeletions < nightly) {
      yield {
        path: 'backupPlan.retention.mostDeletions',
        observed: String(mostDeletions),
        expected: `at least ${nightly}, one for each database that stage '${stageName}' backs up a night: they would pile up`,
      };
    }
  }
}
