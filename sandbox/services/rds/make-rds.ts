import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as client from '@aws-sdk/client-rds';
import type { Clock } from '../../clock.ts';
import { holdFile } from '../../postgres/archive.ts';
import type { SnapshotInstant } from '../../postgres/backup.ts';
import type { RunningServer } from '../../postgres/server.ts';
import type { Service } from '../../wire/service.ts';
import { Engine } from './engine/engine.ts';
import { breakInstance, type FailedState } from './engine/instance-work.ts';
import { Jobs } from './engine/jobs.ts';
import { EventLog, type RdsEvent } from './model/event-log.ts';
import { type Durations, defaultDurations, defaultLimits, type Limits } from './model/limits.ts';
import { cutLink } from './model/links.ts';
import { type Instance, RegionState, type Snapshot } from './model/model.ts';
import {
  describeAccountAttributes,
  describeEngineVersions,
  describeEvents,
  describeMaintenance,
} from './operations/account.ts';
import { startBackupsReplication, stopBackupsReplication } from './operations/backups-replication.ts';
import { copySnapshot } from './operations/copy-snapshot.ts';
import { createInstance } from './operations/create-instance.ts';
import { createReplica } from './operations/create-replica.ts';
import { deleteInstance } from './operations/delete-instance.ts';
import { describeInstances } from './operations/describe-instances.ts';
import { DescribeLag, lagging } from './operations/describe-lag.ts';
import { describeLogFiles, downloadLogPortion } from './operations/log-files.ts';
import { applyPending, modifyInstance } from './operations/modify-instance.ts';
import { describeOrderableOptions } from './operations/orderable-options.ts';
import {
  copyParameterGroup,
  createParameterGroup,
  deleteParameterGroup,
  describeParameterGroups,
  makeParameterGroup,
} from './operations/parameter-groups.ts';
import { describeParameters, modifyParameterGroup, resetParameterGroup } from './operations/parameters.ts';
import { recoverInstance } from './operations/recover-instance.ts';
import { promoteReplica } from './operations/replication.ts';
import { restoreInstance } from './operations/restore-instance.ts';
import { restoreToPointInTime } from './operations/restore-to-time.ts';
import { deleteAutomatedBackup, describeAutomatedBackups } from './operations/retained-backups.ts';
import { createSnapshot, deleteSnapshot, describeSnapshots } from './operations/snapshots.ts';
import { rebootInstance, startInstance, stopInstance } from './operations/start-stop.ts';
import {
  createSubnetGroup,
  deleteSubnetGroup,
  describeSubnetGroups,
  makeSubnetGroup,
} from './operations/subnet-groups.ts';
import { addTags, listTags, removeTags } from './operations/tags.ts';
import type { PlannedFailure, Rds } from './rds.ts';

export type RdsOptions = {
  readonly clock: Clock;
  /** Everything is below it; `cleanLeftovers` ends and removes what a killed sandbox left there. */
  readonly dataDirectory: string;
  readonly account: string;
  readonly limits?: Partial<Limits>;
  readonly durations?: Partial<Durations>;
  /** As on RDS, new instances have them; a test of silent corruption switches them off. */
  readonly dataChecksums?: boolean;
  /** For so many true milliseconds after a change, instances and snapshots are described as they were before it. */
  readonly describeLag?: number;
  /** Reported every event as it happens, for delivery to EventBridge. */
  readonly onEvent?: (event: RdsEvent) => void;
};

function operationsOf(rds: Rds) {
  return {
    AddTagsToResource: addTags(rds),
    CopyDBParameterGroup: copyParameterGroup(rds),
    CopyDBSnapshot: copySnapshot(rds),
    CreateDBInstance: createInstance(rds),
    CreateDBInstanceReadReplica: createReplica(rds),
    CreateDBParameterGroup: createParameterGroup(rds),
    CreateDBSnapshot: createSnapshot(rds),
    CreateDBSubnetGroup: createSubnetGroup(rds),
    DeleteDBInstance: deleteInstance(rds),
    DeleteDBInstanceAutomatedBackup: deleteAutomatedBackup(rds),
    DeleteDBParameterGroup: deleteParameterGroup(rds),
    DeleteDBSnapshot: deleteSnapshot(rds),
    DeleteDBSubnetGroup: deleteSubnetGroup(rds),
    DescribeAccountAttributes: describeAccountAttributes(rds),
    DescribeDBEngineVersions: describeEngineVersions(rds),
    DescribeDBInstanceAutomatedBackups: describeAutomatedBackups(rds),
    DescribeDBInstances: describeInstances(rds),
    DescribeDBLogFiles: describeLogFiles(rds),
    DescribeDBParameterGroups: describeParameterGroups(rds),
    DescribeDBParameters: describeParameters(rds),
    DescribeDBSnapshots: describeSnapshots(rds),
    DescribeDBSubnetGroups: describeSubnetGroups(rds),
    DescribeEvents: describeEvents(rds),
    DescribeOrderableDBInstanceOptions: describeOrderableOptions(rds),
    DescribePendingMaintenanceActions: describeMaintenance(rds),
    DownloadDBLogFilePortion: downloadLogPortion(rds),
    ListTagsForResource: listTags(rds),
    ModifyDBInstance: modifyInstance(rds),
    ModifyDBParameterGroup: modifyParameterGroup(rds),
    PromoteReadReplica: promoteReplica(rds),
    RebootDBInstance: rebootInstance(rds),
    RemoveTagsFromResource: removeTags(rds),
    ResetDBParameterGroup: resetParameterGroup(rds),
    RestoreDBInstanceFromDBSnapshot: restoreInstance(rds),
    RestoreDBInstanceToPointInTime: restoreToPointInTime(rds),
    StartDBInstance: startInstance(rds),
    StartDBInstanceAutomatedBackupsReplication: startBackupsReplication(rds),
    StopDBInstance: stopInstance(rds),
    StopDBInstanceAutomatedBackupsReplication: stopBackupsReplication(rds),
  } as const;
}

export type RdsOperations = ReturnType<typeof operationsOf>;

/** What a test or the command line may see and do that no client of AWS can. */
export type RdsInspection = {
  /** The PEM file that a client must trust to connect with verification. */
  readonly certificateAuthorityPath: string;
  /** Failures behind answered calls, newest last. */
  readonly problems: readonly unknown[];
  instances(region?: string): readonly Instance[];
  /** Snapshots of every region, automated ones included. */
  snapshots(): readonly Snapshot[];
  server(region: string, identifier: string): RunningServer;
  snapshotDirectory(region: string, identifier: string): string;
  snapshotInstant(region: string, identifier: string): SnapshotInstant;
  /** Puts an existing instance into a state; its server goes down. */
  breakInstance(region: string, identifier: string, status: FailedState): Promise<void>;
  breakSnapshot(region: string, identifier: string): void;
  /** Lets a snapshot have been taken at another time. */
  ageSnapshot(region: string, identifier: string, takenAt: Date): void;
  /** The next creation, restore, snapshot or copy of this identifier ends in a failed state. */
  planFailure(failure: PlannedFailure): void;
  /** The log of an instance reaches its archive no more, until it is let go: LatestRestorableTime stays. */
  holdArchive(region: string, identifier: string, isHeld: boolean): Promise<void>;
  /** Replication between two regions stops until the link is mended; copies that are under way fail. */
  cutLink(one: string, other: string, isCut: boolean): Promise<void>;
  /** Applies what waits in PendingModifiedValues. */
  openMaintenanceWindow(region: string, identifier: string): void;
  /** Resolves when nothing is creating, copying, modifying, … any more. */
  idle(): Promise<void>;
};

export type RdsService = Omit<Service, 'operations'> & {
  readonly operations: RdsOperations;
  readonly inspect: RdsInspection;
  /** Ends every server. The data directory stays, with the logs; whoever chose it removes it. */
  stopAll(): Promise<void>;
};

/** Amazon RDS for PostgreSQL, of which every instance is a PostgreSQL server on this computer. */
export async function makeRds(options: RdsOptions): Promise<RdsService> {
  const { clock, account } = options;
  const engine = await Engine.open(options.dataDirectory);
  const regions = new Map<string, RegionState>();
  const rds: Rds = {
    account,
    clock,
    engine,
    limits: { ...defaultLimits, ...options.limits },
    durations: { ...defaultDurations, ...options.durations },
    jobs: new Jobs(),
    background: new Jobs(),
    events: new EventLog(clock, options.onEvent),
    lag: new DescribeLag(options.describeLag ?? 0),
    plannedFailures: [],
    cutLinks: new Set(),
    dataChecksums: options.dataChecksums ?? true,
    regions: () => [...regions.values()],
    region: (name) => {
      const known = regions.get(name) ?? newRegion(account, name, engine.catalog.family);
      regions.set(name, known);
      return known;
    },
  };
  engine.onServerLost = (instance) => recoverInstance(rds, instance);
  return {
    id: 'rds',
    client,
    operations: lagging(rds, operationsOf(rds)),
    inspect: inspectionOf(rds, regions),
    stopAll: async () => {
      // Its sessions may wait for a server that hangs, and end with it.
      const background = rds.background.stopAll();
      await rds.jobs.stopAll();
      const all = [...regions.values()].flatMap(({ instances }) => [...instances.values()]);
      await Promise.all(all.map((instance) => instance.queue.then(() => engine.stop(instance, 'immediate'))));
      await background;
      await engine.close();
    },
  };
}

/** What every account has in every region. */
function newRegion(account: string, region: string, family: string): RegionState {
  const state = new RegionState();
  const parameters = `default.${family}`;
  state.parameterGroups.set(
    parameters,
    makeParameterGroup(account, region, parameters, family, `Default parameter group for ${family}`),
  );
  const subnets = [`subnet-a-${region}`, `subnet-b-${region}`];
  state.subnetGroups.set('default', makeSubnetGroup(account, region, 'default', 'default', subnets));
  return state;
}

function inspectionOf(rds: Rds, regions: ReadonlyMap<string, RegionState>): RdsInspection {
  const snapshot = (region: string, identifier: string) => rds.region(region).snapshot(identifier);
  return {
    certificateAuthorityPath: rds.engine.authority.certificatePath,
    problems: rds.jobs.problems,
    instances: (region) =>
      [...regions]
        .filter(([name]) => region === undefined || name === region)
        .flatMap(([, { instances }]) => [...instances.values()]),
    snapshots: () => [...regions.values()].flatMap(({ snapshots }) => [...snapshots.values()]),
    server: (region, identifier) => {
      const { server } = rds.region(region).instance(identifier);
      if (server === undefined) throw new Error(`instance '${identifier}' has no running server`);
      return server;
    },
    snapshotDirectory: (region, identifier) => snapshot(region, identifier).directory,
    snapshotInstant: (region, identifier) => {
      const { instant } = snapshot(region, identifier);
      if (instant === undefined) throw new Error(`snapshot '${identifier}' has no instant yet`);
      return instant;
    },
    breakInstance: (region, identifier, status) => breakInstance(rds, rds.region(region).instance(identifier), status),
    breakSnapshot: (region, identifier) => {
      snapshot(region, identifier).status = 'failed';
    },
    ageSnapshot: (region, identifier, takenAt) => {
      Object.assign(snapshot(region, identifier), { createdAt: takenAt, originalCreatedAt: takenAt });
    },
    cutLink: (one, other, isCut) => cutLink(rds, [...regions.values()], [one, other], isCut),
    holdArchive: async (region, identifier, isHeld) => {
      const file = path.join(rds.engine.archiveDirectory(rds.region(region).instance(identifier)), holdFile);
      await (isHeld ? writeFile(file, '') : rm(file, { force: true }));
    },
    planFailure: (failure) => rds.plannedFailures.push(failure),
    openMaintenanceWindow: (region, identifier) => applyPending(rds, rds.region(region).instance(identifier)),
    idle: () => rds.jobs.idle(),
  };
}
