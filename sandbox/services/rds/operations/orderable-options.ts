import type {
  DescribeOrderableDBInstanceOptionsMessage,
  OrderableDBInstanceOption,
  OrderableDBInstanceOptionsMessage,
} from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { refuseOthers } from '../model/errors.ts';
import { required } from '../model/identifiers.ts';
import { pageOf } from '../model/paging.ts';
import type { Rds } from '../rds.ts';

/** Classes that every region of the sandbox offers; others are known to it and cannot be ordered, as old ones at AWS. */
const offered = [
  ...['t3', 't4g'].flatMap((family) => ['micro', 'small', 'medium', 'large'].map((size) => `db.${family}.${size}`)),
  ...['m6g', 'r6g'].flatMap((family) =>
    ['large', 'xlarge', '2xlarge', '4xlarge'].map((size) => `db.${family}.${size}`),
  ),
];
const storageTypes = ['gp2', 'gp3', 'io1'];

/** What can be ordered, one entry for each class and type of storage. */
export function describeOrderableOptions(rds: Rds) {
  return (
    input: DescribeOrderableDBInstanceOptionsMessage,
    { region }: CallContext,
  ): OrderableDBInstanceOptionsMessage => {
    refuseOthers(input, ['Engine', 'EngineVersion', 'DBInstanceClass', 'Vpc', 'MaxRecords', 'Marker']);
    if (input.Engine === undefined) throw required('Engine');
    const { version, major } = rds.engine.binaries;
    const isKnown =
      input.Engine === 'postgres' &&
      (input.EngineVersion === undefined || [version, String(major)].includes(input.EngineVersion));
    const classes = offered.filter((name) => input.DBInstanceClass === undefined || input.DBInstanceClass === name);
    const options = (isKnown ? classes : []).flatMap((DBInstanceClass) =>
      storageTypes.map(
        (StorageType): OrderableDBInstanceOption => ({
          ...{ Engine: 'postgres', EngineVersion: version, DBInstanceClass, StorageType, Vpc: true },
          ...{ LicenseModel: 'postgresql-license', MultiAZCapable: true, ReadReplicaCapable: true },
          AvailabilityZones: ['a', 'b', 'c'].map((zone) => ({ Name: `${region}${zone}` })),
        }),
      ),
    );
    const nameOf = ({ DBInstanceClass, StorageType }: OrderableDBInstanceOption) => `${DBInstanceClass} ${StorageType}`;
    const { items, Marker } = pageOf(options, nameOf, input, rds.limits.pageSize);
    return { OrderableDBInstanceOptions: items, ...(Marker === undefined ? {} : { Marker }) };
  };
}
