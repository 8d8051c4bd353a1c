import assert from 'node:assert/strict';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { EC2Client } from '@aws-sdk/client-ec2';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { makeCostExplorer } from '../../../../shared/aws/cost-explorer.ts';
import { ec2In } from '../../../../shared/aws/ec2/ec2.ts';
import { listDatabases } from '../../../../shared/aws/rds/databases.ts';
import { makeRdsInventory } from '../../../../shared/aws/rds/inventory.ts';
import { listDatabaseSnapshots } from '../../../../shared/aws/rds/snapshots.ts';
import { bucketsIn } from '../../../../shared/aws/s3/buckets.ts';
import { makeObjectStore } from '../../../../shared/aws/s3/object-store.ts';
import { makeSecrets } from '../../../../shared/aws/secrets.ts';
import { makeStates } from '../../../../shared/aws/states.ts';
import { type Asked, answering, nowhere } from '../../../support/answering.ts';

const at = new Date('2026-03-02T00:00:00Z');

/** An answer in two pages, of which the second is asked for by what the first one said. */
const paged =
  (given: string, taken: string, first: object, second: object) =>
  ({ input }: Asked): object =>
    input[taken] === undefined ? { ...first, [given]: 'more' } : second;

type Listing = readonly [what: string, ids: () => Promise<readonly string[]>];

const listings: readonly Listing[] = [
  [
    'manual snapshots',
    async () => {
      const page = (id: string) => ({ DBSnapshots: [{ DBSnapshotIdentifier: id, TagList: [] }] });
      const { client, asked } = answering(new RDSClient(nowhere), paged('Marker', 'Marker', page('a'), page('b')));
      const found = await makeRdsInventory(client).listSnapshots();
      assert.equal(asked[0]?.input['SnapshotType'], 'manual');
      return found.map(({ id }) => id);
    },
  ],
  [
    'instances',
    async () => {
      const page = (id: string) => ({ DBInstances: [{ DBInstanceIdentifier: id }] });
      const { client } = answering(new RDSClient(nowhere), paged('Marker', 'Marker', page('a'), page('b')));
      return (await makeRdsInventory(client).listInstances()).map(({ id }) => id);
    },
  ],
  [
    'instances with their sizes',
    async () => {
      const page = (id: string) => ({ DBInstances: [{ DBInstanceIdentifier: id }] });
      const { client } = answering(new RDSClient(nowhere), paged('Marker', 'Marker', page('a'), page('b')));
      return (await listDatabases('us-east-1', client)).map(({ id }) => id);
    },
  ],
  [
    'snapshots with their sizes',
    async () => {
      const page = (id: string) => ({ DBSnapshots: [{ DBSnapshotIdentifier: id, TagList: [] }] });
      const { client } = answering(new RDSClient(nowhere), paged('Marker', 'Marker', page('a'), page('b')));
      return (await listDatabaseSnapshots('us-east-1', client)).map(({ id }) => id);
    },
  ],
  [
    'volumes',
    async () => {
      const page = (id: string) => ({ Volumes: [{ VolumeId: id }] });
      const { client } = answering(new EC2Client(nowhere), paged('NextToken', 'NextToken', page('a'), page('b')));
      return (await ec2In('us-east-1', client).volumes()).map(({ id }) => id);
    },
  ],
  [
    'buckets',
    async () => {
      const page = (id: string) => ({ Buckets: [{ Name: id }] });
      const answer = paged('ContinuationToken', 'ContinuationToken', page('a'), page('b'));
      const { client } = answering(new S3Client(nowhere), answer);
      return (await bucketsIn('us-east-1', client).list()).map(({ id }) => id);
    },
  ],
  [
    'keys of a bucket',
    async () => {
      const page = (id: string) => ({ Contents: [{ Key: id }] });
      const answer = paged('NextContinuationToken', 'ContinuationToken', page('a'), page('b'));
      const { client } = answering(new S3Client(nowhere), answer);
      return await makeObjectStore('bucket', client).listKeys('');
    },
  ],
  [
    'running executions',
    async () => {
      const page = (id: string) => ({ executions: [{ name: id, executionArn: id }] });
      const list = paged('nextToken', 'nextToken', page('a'), page('b'));
      const { client } = answering(new SFNClient(nowhere), (asked) =>
        asked.command === 'ListExecutions' ? list(asked) : { status: 'RUNNING', input: '{}' },
      );
      return (await makeStates(client).running('arn')).map(({ name }) => name);
    },
  ],
  [
    'rows of a bill',
    async () => {
      const page = (id: string) => ({
        ResultsByTime: [
          {
            TimePeriod: { Start: '2026-03-01', End: '2026-03-02' },
            Groups: [{ Keys: [id], Metrics: { UnblendedCost: { Amount: '1', Unit: 'USD' } } }],
          },
        ],
      });
      const answer = paged('NextPageToken', 'NextPageToken', page('a'), page('b'));
      const { client } = answering(new CostExplorerClient(nowhere), answer);
      const query = { from: '2026-03-01', to: '2026-03-02', groupBy: [{ dimension: 'SERVICE' as const }] };
      const { rows, requests } = await makeCostExplorer(client).read(query);
      assert.equal(requests, 2);
      return rows.flatMap(({ keys }) => keys);
    },
  ],
  [
    'anomalies',
    async () => {
      const page = (id: string) => ({ Anomalies: [{ AnomalyId: id }] });
      const answer = paged('NextPageToken', 'NextPageToken', page('a'), page('b'));
      const { client } = answering(new CostExplorerClient(nowhere), answer);
      return (await makeCostExplorer(client).anomalies('2026-03-01', '2026-03-02')).found.map(({ id }) => id);
    },
  ],
  [
    'earlier versions of a secret, but not the present one',
    async () => {
      const page = (id: string, VersionStages: string[] = []) => ({
        Versions: [
          { VersionId: id, CreatedDate: at, VersionStages },
          { VersionId: 'now', CreatedDate: at, VersionStages: ['AWSCURRENT'] },
        ],
      });
      const list = paged('NextToken', 'NextToken', page('a'), page('b', ['AWSPREVIOUS']));
      const { client } = answering(new SecretsManagerClient(nowhere), (asked) =>
        asked.command === 'ListSecretVersionIds'
          ? list(asked)
          : { SecretString: JSON.stringify({ username: asked.input['VersionId'], password: 'p' }) },
      );
      const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a';
      return (await makeSecrets(client).readEarlierDatabaseSecrets(arn, 9)).map(({ username }) => username);
    },
  ],
];

describe('a list of AWS is read to its end', () => {
  for (const [what, ids] of listings) {
    test(`of ${what}`, async () => assert.deepEqual(await ids(), ['a', 'b']));
  }

  test('of snapshots, of which a copy is as old as its original', async () => {
    const [SnapshotCreateTime, OriginalSnapshotCreateTime] = [new Date('2026-03-02'), new Date('2026-02-01')];
    const DBSnapshots = [{ DBSnapshotIdentifier: 'a', SnapshotCreateTime, OriginalSnapshotCreateTime }];
    const { client } = answering(new RDSClient(nowhere), () => ({ DBSnapshots }));
    assert.deepEqual((await makeRdsInventory(client).listSnapshots())[0]?.takenAt, OriginalSnapshotCreateTime);
  });

  test('or not at all: half a list is none', async () => {
    const { client } = answering(new RDSClient(nowhere), ({ input }) => {
      if (input['Marker'] === undefined) return { Marker: 'more', DBSnapshots: [{ DBSnapshotIdentifier: 'a' }] };
      throw Object.assign(new Error('busy'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } });
    });
    await assert.rejects(makeRdsInventory(client).listSnapshots(), { name: 'AwsUnavailableError' });
  });
});
