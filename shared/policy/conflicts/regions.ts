import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';
import { stagesOf } from './stages.ts';

export function* secondRegionsOutOfPlace(operations: Operations): Iterable<Fault> {
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

export function* networksMissing(operations: Operations): Iterable<Fault> {
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
