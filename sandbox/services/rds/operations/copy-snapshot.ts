import type { CopyDBSnapshotMessage, CopyDBSnapshotResult } from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { lasting, takePlannedFailure } from '../engine/instance-work.ts';
import { reading } from '../engine/snapshot-files.ts';
import { invalidCombination, refuseOthers, snapshotState } from '../model/errors.ts';
import { checkedIdentifier, keyArn, makeArn, parseArn, required } from '../model/identifiers.ts';
import { isLinkCut } from '../model/links.ts';
import type { Snapshot } from '../model/model.ts';
import { snapshotView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { checkNewSnapshot } from './snapshots.ts';
import { mergeTags } from './take-snapshot.ts';

/** `PreSignedUrl` and `SourceRegion` authorise the call in the source's region; the ARN names that region already. */
const emulated = [
  'SourceDBSnapshotIdentifier',
  'TargetDBSnapshotIdentifier',
  'KmsKeyId',
  'Tags',
  'CopyTags',
  'PreSignedUrl',
  'SourceRegion',
];

/** Called in the region that the copy goes to. */
export function copySnapshot(rds: Rds) {
  return (input: CopyDBSnapshotMessage, { region }: CallContext): CopyDBSnapshotResult => {
    refuseOthers(input, emulated);
    const { SourceDBSnapshotIdentifier: sourceName } = input;
    if (sourceName === undefined) throw required('SourceDBSnapshotIdentifier');
    const identifier = checkedIdentifier('TargetDBSnapshotIdentifier', input.TargetDBSnapshotIdentifier);
    const source = rds.region(parseArn(sourceName)?.region ?? region).snapshot(sourceName);
    if (source.status !== 'available') {
      throw snapshotState(`Cannot copy the snapshot ${source.identifier}: its state is ${source.status}.`);
    }
    checkNewSnapshot(rds, region, identifier);
    const isAcross = source.region !== region;
    if (isAcross) checkCopiesInProgress(rds, region);
    const copy = registerCopy(rds, region, identifier, source, input);
    report(rds, copy, source, 'started');
    rds.jobs.start(
      (signal) => runCopy(rds, source, copy, isAcross, signal),
      () => fail(rds, copy, source),
    );
    return { DBSnapshot: snapshotView(copy) };
  };
}

function registerCopy(
  rds: Rds,
  region: string,
  identifier: string,
  source: Snapshot,
  input: CopyDBSnapshotMessage,
): Snapshot {
  const key = copyKey(rds, region, source, input.KmsKeyId);
  const copy: Snapshot = {
    ...source,
    region,
    identifier,
    arn: makeArn(region, rds.account, 'snapshot', identifier),
    type: 'manual',
    traits: { ...source.traits, encrypted: key !== undefined, kmsKeyId: key },
    directory: rds.engine.snapshotDirectory(region, identifier),
    sourceArn: source.arn,
    ...(source.region === region ? {} : { sourceRegion: source.region }),
    tags: mergeTags(input.CopyTags === true ? source.tags : [], input.Tags ?? []),
    status: source.region === region ? 'creating' : 'copying',
    percent: 0,
    createdAt: undefined,
    readers: new Set(),
  };
  rds.region(region).snapshots.set(identifier, copy);
  return copy;
}

/** A key is of one region: an encrypted copy elsewhere needs a key that is there. */
function copyKey(rds: Rds, region: string, source: Snapshot, wanted: string | undefined): string | undefined {
  if (wanted !== undefined && wanted !== '') return keyArn(wanted, region, rds.account);
  if (source.traits.encrypted && source.region !== region) {
    throw invalidCombination(
      `Must specify a KMS key of the target region ${region} to copy the encrypted snapshot ${source.arn} across regions.`,
    );
  }
  return source.traits.kmsKeyId;
}

function checkCopiesInProgress(rds: Rds, region: string): void {
  const { copiesInProgress } = rds.limits;
  const running = [...rds.region(region).snapshots.values()].filter(({ status }) => status === 'copying').length;
  if (running < copiesInProgress) return;
  throw new AwsError(
    'SnapshotQuotaExceededFault',
    `Cannot have more than ${copiesInProgress} cross-region snapshot copies in progress to ${region}.`,
  );
}

async function runCopy(
  rds: Rds,
  source: Snapshot,
  copy: Snapshot,
  isAcross: boolean,
  signal: AbortSignal,
): Promise<void> {
  const planned = takePlannedFailure(rds, 'snapshot', copy);
  const duration = isAcross ? rds.durations.copyAcrossRegions : rds.durations.copy;
  await lasting(rds, duration, signal, async () => {
    const copied = reading(source, () => rds.engine.copySnapshot(source.directory, copy.directory, signal));
    const [files, progress] = await Promise.allSettled([copied, advance(rds, copy, duration, signal)]);
    if (files.status === 'rejected') throw files.reason;
    if (progress.status === 'rejected') throw progress.reason;
  });
  // A source that is deleted before the copy is done takes the copy with it, as on RDS.
  if (planned !== undefined || source.status !== 'available' || isLinkCut(rds, source.region, copy.region)) {
    await rds.engine.remove(copy.directory);
    fail(rds, copy, source);
    return;
  }
  copy.createdAt = rds.clock.now();
  copy.percent = 100;
  copy.status = 'available';
  report(rds, copy, source, 'finished');
}

const progressSteps = 10;

/** All but the last step, which is the end of the copy. */
async function advance(rds: Rds, copy: Snapshot, duration: number, signal: AbortSignal): Promise<void> {
  for (let step = 1; step < progressSteps; step += 1) {
    await rds.clock.wait(duration / progressSteps, signal);
    copy.percent = (100 / progressSteps) * step;
  }
}

function fail(rds: Rds, copy: Snapshot, source: Snapshot): void {
  copy.status = 'failed';
  report(rds, copy, source, 'cancelled');
}

/** RDS numbers the events of a copy within a region otherwise than those of a copy across regions. */
const copyEvents = {
  started: { within: 'RDS-EVENT-0196', across: 'RDS-EVENT-0059' },
  finished: { within: 'RDS-EVENT-0197', across: 'RDS-EVENT-0060' },
  cancelled: { within: 'RDS-EVENT-0190', across: 'RDS-EVENT-0061' },
} as const;

function report(rds: Rds, copy: Snapshot, source: Snapshot, what: keyof typeof copyEvents): void {
  const id = copyEvents[what][source.region === copy.region ? 'within' : 'across'];
  rds.events.snapshot(copy, id, source.identifier, source.region);
}
