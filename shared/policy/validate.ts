import { InvalidOperationsError } from '../errors.ts';
import { type Fault, faultsOf, faultText } from '../faults.ts';
import { Operations, type StageName } from './schema.ts';

/** Returns the policy, or throws one InvalidOperationsError that tells every fault with file and path. */
export function parseOperations(value: unknown, file = 'operations.yml'): Operations {
  const parsed = Operations.safeParse(value);
  const faults = parsed.success ? findConflicts(parsed.data) : faultsOf(parsed.error.issues, value);
  if (parsed.success && faults.length === 0) return parsed.data;
  const lines = faults.map((fault) => `  ${file} ${faultText(fault)}`);
  const noun = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  throw new InvalidOperationsError(`'${file}' has ${noun}\n${lines.join('\n')}`, {
    hints: [`Mend every line above; editors that know YAML schemas check '${file}' while you type.`],
  });
}

/** What a schema cannot say: stages are apart, and a second attempt waits longer than the first. */
function findConflicts(operations: Operations): Fault[] {
  const faults: Fault[] = [];
  const owners = new Map<string, StageName>();
  for (const [stageName, stage] of Object.entries(operations.stages) as [
    StageName,
    Operations['stages'][StageName],
  ][]) {
    for (const [name, database] of Object.entries(stage.databases)) {
      const path = `stages.${stageName}.databases.${name}`;
      const owner = owners.get(database.instance);
      if (owner !== undefined && owner !== stageName) {
        faults.push({
          path: `${path}.instance`,
          observed: `'${database.instance}', which stage '${owner}' names too`,
          expected: 'an instance of its own for each stage',
        });
      }
      owners.set(database.instance, stageName);
      const [, , , secretRegion, secretAccount] = database.secretArn.split(':');
      if (secretAccount !== stage.account || secretRegion !== stage.region) {
        faults.push({
          path: `${path}.secretArn`,
          observed: `account ${secretAccount} and region ${secretRegion}`,
          expected: `account ${stage.account} and region ${stage.region}, those of the stage`,
        });
      }
    }
  }
  for (const stageName of ['dev', 'test'] as const) {
    const hours = operations.stages[stageName].officeHours;
    if (hours === undefined) continue;
    const path = `stages.${stageName}.officeHours`;
    for (const [index, instance] of hours.instances.entries()) {
      const owner = owners.get(instance);
      if (owner !== undefined) {
        faults.push({
          path: `${path}.instances.${index}`,
          observed: `'${instance}', a database of stage '${owner}'`,
          expected: 'an instance that is not backed up by this system: a stopped one has no backup',
        });
      }
    }
    if (hours.from >= hours.to) {
      faults.push({ path: `${path}.to`, observed: hours.to, expected: `later than from, which is ${hours.from}` });
    }
  }
  for (const [stageName, { receivers }] of Object.entries(operations.stages)) {
    const heard = new Set(receivers.email.flatMap(({ severities }) => severities));
    const unheard = (['P1', 'P2', 'P3', 'P4'] as const).filter((severity) => !heard.has(severity));
    if (receivers.email.length > 0 && unheard.length > 0) {
      faults.push({
        path: `stages.${stageName}.receivers.email`,
        observed: `no address for ${unheard.join(' and ')}`,
        expected: 'an address for each severity: mail tells what another channel could not',
      });
    }
  }
  for (const [stageName, { account, anomalyMonitorArn = '' }] of Object.entries(operations.stages)) {
    const owner = anomalyMonitorArn.split(':')[4] ?? account;
    if (owner === account) continue;
    faults.push({
      path: `stages.${stageName}.anomalyMonitorArn`,
      observed: `account ${owner}`,
      expected: `account ${account}, that of the stage`,
    });
  }
  for (const [stageName, { account, region, dr }] of Object.entries(operations.stages)) {
    if (dr === undefined) continue;
    if (dr.region === region) {
      faults.push({
        path: `stages.${stageName}.dr.region`,
        observed: `'${dr.region}', the region of the stage`,
        expected: 'another region: what befalls one must not reach the copies',
      });
    }
    const [, , , keyRegion, keyAccount] = dr.kmsKeyId.split(':');
    if (keyAccount !== account || keyRegion !== dr.region) {
      faults.push({
        path: `stages.${stageName}.dr.kmsKeyId`,
        observed: `account ${keyAccount} and region ${keyRegion}`,
        expected: `account ${account} and region ${dr.region}: a key is of one region`,
      });
    }
  }
  for (const stageName of ['test', 'prod'] as const) {
    if (operations.stages[stageName].network === undefined) {
      faults.push({
        path: `stages.${stageName}.network`,
        observed: 'nothing',
        expected: 'vpcId, subnetIds and databaseSubnetGroup: copies are restored into an isolated network',
      });
    }
    const { dr } = operations.stages[stageName];
    if (dr !== undefined && dr.network === undefined) {
      faults.push({
        path: `stages.${stageName}.dr.network`,
        observed: 'nothing',
        expected: 'vpcId, subnetIds and databaseSubnetGroup of that region: the stage is deployed there, too',
      });
    }
  }
  const { marginSeconds, longerMarginSeconds } = operations.backupPlan.bracket;
  if (longerMarginSeconds <= marginSeconds) {
    faults.push({
      path: 'backupPlan.bracket.longerMarginSeconds',
      observed: String(longerMarginSeconds),
      expected: `more than marginSeconds, which is ${marginSeconds}`,
    });
  }
  const { mostDeletions } = operations.backupPlan.retention;
  for (const [stageName, { databases }] of Object.entries(operations.stages)) {
    const nightly = Object.values(databases).filter((database) => database.nightly).length;
    if (mostDeletions < nightly) {
      faults.push({
        path: 'backupPlan.retention.mostDeletions',
        observed: String(mostDeletions),
        expected: `at least ${nightly}, one for each database that stage '${stageName}' backs up a night: they would pile up`,
      });
    }
  }
  return faults;
}
