import {
  CreateSnapshotCommand,
  DeleteVolumeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { callAws, isAwsError, undefinedWhen } from '../../shared/aws/call.ts';
import { ec2In } from '../../shared/aws/ec2/ec2.ts';
import type { WasteFinding } from '../../shared/contracts/waste.ts';
import { assessed } from '../../shared/domain/waste/finding.ts';
import { assessVolume } from '../../shared/domain/waste/storage.ts';
import { SnapshotFailedError } from '../../shared/errors.ts';
import { FindingChangedError } from './errors.ts';
import { finalSnapshotTag, usableSnapshot } from './final-snapshot.ts';
import type { Removal } from './removal.ts';
import type { RemovalSetting } from './removal-setting.ts';

export function removeVolume(
  { region, resource: id }: WasteFinding,
  entryId: string,
  { waste: { rule, prices }, now, pause }: RemovalSetting,
): Removal {
  const client = new EC2Client({ region, maxAttempts: 5 });
  const ec2 = ec2In(region, client);
  const describe = () =>
    callAws(`describe volume '${id}'`, (options) =>
      client.send(new DescribeVolumesCommand({ VolumeIds: [id] }), options),
    )
      .then(({ Volumes = [] }) => Volumes[0])
      .catch(undefinedWhen('InvalidVolume.NotFound'));
  return {
    steps: [
      `take a snapshot of ${id} with the tag ${finalSnapshotTag}=${entryId}, unless a run of the last 24 hours has`,
      'wait until the snapshot is completed',
      `look at ${id} again`,
      `delete volume ${id}`,
    ],

    async look() {
      const volume = (await ec2.volumes()).find((one) => one.id === id);
      const described = await describe();
      if (volume === undefined || described === undefined) return undefined;
      const at = now();
      return {
        tags: volume.tags,
        createdAt: volume.createdAt,
        verdict: assessed([volume], (one) => assessVolume(one, prices, at), rule, at)[0],
        state: `state '${volume.state}', ${volume.attachments} attachments`,
        described: { ...described },
      };
    },

    keep: {
      async take() {
        const snapshots = await ec2.snapshots();
        const found = usableSnapshot(snapshots, { entryId, volumeId: id, now: now() });
        if (found !== undefined) return found.id;
        const { SnapshotId } = await callAws(`take a snapshot of volume '${id}'`, (options) =>
          client.send(
            new CreateSnapshotCommand({
              VolumeId: id,
              Description: `last state of ${id} before it was deleted`,
              TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: finalSnapshotTag, Value: entryId }] }],
            }),
            options,
          ),
        );
        if (SnapshotId === undefined)
          throw new SnapshotFailedError(`EC2 reports no id of the snapshot of volume '${id}'`);
        return SnapshotId;
      },

      async wait(snapshotId, say) {
        for (;;) {
          const { Snapshots = [] } = await callAws(`describe snapshot '${snapshotId}'`, (options) =>
            client.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] }), options),
          );
          const { State, Progress = 'nothing', VolumeId } = Snapshots[0] ?? {};
          if (State === 'completed' && VolumeId === id) return;
          if (State !== 'pending') {
            throw new SnapshotFailedError(`snapshot '${snapshotId}' of volume '${id}' is '${State ?? 'not there'}'`, {
              hints: ['The volume was not deleted. Start the command again: it takes another snapshot.'],
            });
          }
          say(`snapshot ${snapshotId}: ${Progress} done`);
          await pause();
        }
      },
    },

    async remove() {
      try {
        await callAws(`delete volume '${id}'`, (options) =>
          client.send(new DeleteVolumeCommand({ VolumeId: id }), options),
        );
      } catch (error) {
        if (isAwsError(error, 'InvalidVolume.NotFound')) return;
        if (!isAwsError(error, 'VolumeInUse')) throw error;
        throw new FindingChangedError(`volume '${id}' is attached to a machine now`, {
          hints: ['Nothing was deleted; its final snapshot is kept.'],
          cause: error,
        });
      }
    },

    async confirm(say) {
      for (let found = await describe(); found !== undefined; found = await describe()) {
        say(`volume ${id}: ${found.State ?? 'unknown'}`);
        await pause();
      }
    },
  };
}
