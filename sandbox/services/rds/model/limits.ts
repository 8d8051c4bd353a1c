/** Quotas of an account in a region. Tests lower them. */
export type Limits = {
  readonly instances: number;
  /** GB of all instances together. */
  readonly allocatedStorage: number;
  readonly manualSnapshots: number;
  readonly parameterGroups: number;
  readonly subnetGroups: number;
  /** Cross-region copies in progress to one region. */
  readonly copiesInProgress: number;
  /** At most so many items in an answer, whatever MaxRecords says. */
  readonly pageSize: number;
};

/** RDS user guide, "Quotas and constraints". */
export const defaultLimits: Limits = {
  instances: 40,
  allocatedStorage: 100_000,
  manualSnapshots: 100,
  parameterGroups: 50,
  subnetGroups: 50,
  copiesInProgress: 20,
  pageSize: 100,
};

/** Milliseconds at speed 1, of the order that a small instance takes on RDS. Real work may make them longer. */
export type Durations = {
  readonly create: number;
  readonly restore: number;
  readonly automatedBackup: number;
  readonly delete: number;
  readonly modify: number;
  readonly applyParameters: number;
  readonly reboot: number;
  readonly stop: number;
  readonly start: number;
  /** From the call to the copy of the volume, whose end is the snapshot's instant. */
  readonly snapshotInstant: number;
  /** From the instant to `available`. */
  readonly snapshotUpload: number;
  readonly copy: number;
  readonly copyAcrossRegions: number;
  /** Between two moments to which an instance can be restored as it runs. */
  readonly archive: number;
  readonly promote: number;
  readonly failover: number;
};

const second = 1_000;
const minute = 60 * second;

export const defaultDurations: Durations = {
  create: 4 * minute,
  restore: 6 * minute,
  automatedBackup: 60 * second,
  delete: 2 * minute,
  modify: 30 * second,
  applyParameters: 10 * second,
  reboot: 20 * second,
  stop: 60 * second,
  start: 2 * minute,
  snapshotInstant: 10 * second,
  snapshotUpload: 80 * second,
  copy: 2 * minute,
  copyAcrossRegions: 5 * minute,
  archive: 5 * minute,
  promote: 2 * minute,
  failover: 60 * second,
};
