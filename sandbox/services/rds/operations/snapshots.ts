import type {
  CreateDBSnapshotMessage,
  CreateDBSnapshotResult,
  DBSnapshotMessage,
  DeleteDBSnapshotMessage,
  DeleteDBSnapshotResult,
  DescribeDBSnapshotsMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { removeFiles } from '../engine/snapshot-files.ts';
import {
  instanceState,
  invalidValue,
  refuseOthers,
  snapshotAlreadyExists,
  snapshotNotFound,
  snapshotState,
} from '../model/errors.ts';
import { checkedIdentifier, nameOf, required } from '../model/identifiers.ts';
import type { Snapshot } from '../model/model.ts';
import { filtered, pageOf } from '../model/paging.ts';
import { snapshotView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { registerSnapshot, runSnapshot } from './take-snapshot.ts';

/** Throws unless a manual snapshot of this name can be made. */
export function checkNewSnapshot(rds: Rds, region: string, identifier: string): void {
  const { snapshots } = rds.region(region);
  if (snapshots.has(identifier)) throw snapshotAlreadyExists(identifier);
  const manual = [...snapshots.values()].filter(({ type }) => type === 'manual').length;
  if (manual >= rds.limits.manualSnapshots) {
    throw new AwsError(
      'SnapshotQuotaExceededFault',
      `Cannot create more than ${rds.limits.manualSnapshots} manual snapshots`,
    );
  }
}

export function createSnapshot(rds: Rds) {
  return (input: CreateDBSnapshotMessage, { region }: CallContext): CreateDBSnapshotResult => {
    refuseOthers(input, ['DBSnapshotIdentifier', 'DBInstanceIdentifier', 'Tags']);
    const identifier = checkedIdentifier('DBSnapshotIdentifier', input.DBSnapshotIdentifier);
    if (input.DBInstanceIdentifier === undefined) throw required('DBInstanceIdentifier');
    const instance = rds.region(region).instance(input.DBInstanceIdentifier);
    if (instance.replication !== undefined) {
      throw new AwsError('NotImplemented', 'the sandbox does not emulate snapshots of read replicas');
    }
    checkNewSnapshot(rds, region, identifier);
    if (instance.status !== 'available') {
      throw instanceState(
        `Cannot create a snapshot because the database instance ${instance.identifier} is not currently in the available state.`,
      );
    }
    const snapshot = registerSnapshot(rds, instance, identifier, 'manual', input.Tags ?? []);
    instance.status = 'backing-up';
    rds.jobs.start(async (signal) => {
      try {
        await runSnapshot(rds, instance, snapshot, signal);
      } finally {
        if (instance.status === 'backing-up') instance.status = 'available';
      }
    });
    return { DBSnapshot: snapshotView(snapshot) };
  };
}

export function describeSnapshots(rds: Rds) {
  return (input: DescribeDBSnapshotsMessage, { region }: CallContext): DBSnapshotMessage => {
    const { SnapshotType: type, DBInstanceIdentifier: instance, DbiResourceId: resource } = input;
    if (type !== undefined && !['automated', 'manual', 'shared', 'public', 'awsbackup'].includes(type)) {
      throw invalidValue(`Invalid snapshot type: ${type}`);
    }
    const { snapshots } = rds.lag.seen(rds, region);
    const name = input.DBSnapshotIdentifier === undefined ? undefined : nameOf(input.DBSnapshotIdentifier);
    const chosen =
      name === undefined ? snapshots : snapshots.filter(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier === name);
    if (name !== undefined && chosen.length === 0) throw snapshotNotFound(name);
    const asked = chosen.filter(
      (snapshot) =>
        (type === undefined || snapshot.SnapshotType === type) &&
        (instance === undefined || snapshot.DBInstanceIdentifier === nameOf(instance)) &&
        (resource === undefined || snapshot.DbiResourceId === resource),
    );
    const matching = filtered(asked, input.Filters, {
      'db-instance-id': ({ DBInstanceIdentifier }) => [DBInstanceIdentifier],
      'db-snapshot-id': ({ DBSnapshotIdentifier, DBSnapshotArn }) => [DBSnapshotIdentifier, DBSnapshotArn],
      'dbi-resource-id': ({ DbiResourceId }) => [DbiResourceId],
      'snapshot-type': ({ SnapshotType }) => [SnapshotType],
      engine: () => ['postgres'],
    });
    const { items, Marker } = pageOf(
      matching,
      ({ DBSnapshotIdentifier = '' }) => DBSnapshotIdentifier,
      input,
      rds.limits.pageSize,
    );
    return { DBSnapshots: items, ...(Marker === undefined ? {} : { Marker }) };
  };
}

export function deleteSnapshot(rds: Rds) {
  return (input: DeleteDBSnapshotMessage, { region }: CallContext): DeleteDBSnapshotResult => {
    if (input.DBSnapshotIdentifier === undefined) throw required('DBSnapshotIdentifier');
    const state = rds.region(region);
    const snapshot = state.snapshot(input.DBSnapshotIdentifier);
    if (snapshot.type !== 'manual') throw snapshotState('Only manual snapshots may be deleted.');
    if (!['available', 'failed'].includes(snapshot.status)) {
      throw snapshotState(
        `Cannot delete the snapshot because it is currently being ${snapshot.status === 'copying' ? 'copied' : 'created'}.`,
      );
    }
    return removeSnapshot(rds, snapshot);
  };
}

function removeSnapshot(rds: Rds, snapshot: Snapshot): DeleteDBSnapshotResult {
  rds.region(snapshot.region).snapshots.delete(snapshot.identifier);
  snapshot.status = 'deleting';
  rds.events.snapshot(snapshot, 'RDS-EVENT-0041');
  rds.jobs.start(() => removeFiles(rds, snapshot));
  return { DBSnapshot: { ...snapshotView(snapshot), Status: 'deleted' } };
}
