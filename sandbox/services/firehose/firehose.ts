import { randomUUID } from 'node:crypto';
import * as client from '@aws-sdk/client-firehose';
import { roleCaller } from '../../credentials.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Dispatch, Service } from '../../wire/service.ts';
import { refuseMembers } from '../refuse-members.ts';
import { type Regional, regional } from '../regional.ts';
import { evaluatePrefix, type StreamDefinition } from './read-stream.ts';

type Stream = { readonly definition: StreamDefinition; records: Buffer[]; bytes: number };

export type Firehose = Service & {
  /** Refused where its prefixes have expressions that are not known. */
  addStream(region: string, definition: StreamDefinition): void;
  /** Delivers what the buffers hold, as at the end of their interval. */
  flush(): Promise<void>;
  readonly intervals: () => readonly number[];
};

type Changed = { readonly recordId: string; readonly result: string; readonly data?: string };

export function makeFirehose({
  account,
  dispatch,
  now,
}: {
  readonly account: string;
  readonly dispatch: Dispatch;
  readonly now: () => Date;
}): Firehose {
  const regions: Regional<Map<string, Stream>> = regional(() => new Map());
  const find = (name: string | undefined, region: string): Stream => {
    const found = regions.in(region).get(name ?? '');
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Firehose ${name} under account ${account} not found.`);
  };

  async function deliver(region: string, stream: Stream): Promise<void> {
    const { records, definition } = stream;
    if (records.length === 0) return;
    [stream.records, stream.bytes] = [[], 0];
    const at = now();
    const caller = roleCaller(account, definition.roleArn, 'AWSFirehoseToS3');
    const put = (prefix: string, parts: readonly Buffer[], extension: string) =>
      dispatch(
        's3',
        'PutObject',
        {
          Bucket: definition.bucket,
          Key: `${prefix}${definition.name}-1-${at.toISOString().slice(0, 19).replaceAll(/[T:]/g, '-')}-${randomUUID()}${extension}`,
          Body: Buffer.concat(parts),
        },
        { region, caller },
      );
    const { processor, prefix, errorPrefix, extension } = definition;
    const { good, failed } =
      processor === undefined ? { good: records, failed: [] } : await process(region, stream, records, at);
    if (good.length > 0) await put(evaluatePrefix(prefix, at), good, extension);
    if (failed.length > 0) await put(evaluatePrefix(errorPrefix, at, 'processing-failed'), failed, '');
  }

  /** A record whose function fails is delivered as it came, apart from the others. */
  async function process(region: string, { definition }: Stream, records: readonly Buffer[], at: Date) {
    const sent = records.map((data, index) => ({
      ...{ recordId: `${index}`, approximateArrivalTimestamp: at.getTime(), data: data.toString('base64') },
    }));
    const event = { invocationId: randomUUID(), deliveryStreamArn: definition.arn, region, records: sent };
    const answer = (await dispatch(
      'lambda',
      'Invoke',
      { FunctionName: definition.processor?.functionArn, Payload: Buffer.from(JSON.stringify(event)) },
      { region, caller: roleCaller(account, definition.roleArn, 'AWSFirehoseToS3') },
    )) as { FunctionError?: string; Payload?: Uint8Array };
    const text = Buffer.from(answer.Payload ?? []).toString();
    const changed =
      answer.FunctionError === undefined ? (JSON.parse(text) as { records?: Changed[] }).records : undefined;
    const byId = new Map((changed ?? []).map((one) => [one.recordId, one]));
    const good: Buffer[] = [];
    const failed: Buffer[] = [];
    for (const [index, record] of records.entries()) {
      const { result, data } = byId.get(String(index)) ?? { result: 'ProcessingFailed' };
      if (result === 'Ok' && data !== undefined) good.push(Buffer.from(data, 'base64'));
      else if (result !== 'Dropped') failed.push(record);
    }
    return { good, failed };
  }

  return {
    id: 'firehose',
    client,
    intervals: () =>
      [...regions.all()].flatMap(([, streams]) => [...streams.values()].map((one) => one.definition.seconds)),
    addStream(region, definition) {
      evaluatePrefix(definition.prefix, now());
      evaluatePrefix(definition.errorPrefix, now(), 'processing-failed');
      regions.in(region).set(definition.name, { definition, records: [], bytes: 0 });
    },
    async flush() {
      for (const [region, streams] of regions.all()) {
        for (const stream of streams.values()) await deliver(region, stream);
      }
    },
    operations: {
      DescribeDeliveryStream: (input: client.DescribeDeliveryStreamCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['DeliveryStreamName']);
        const { definition } = find(input.DeliveryStreamName, region);
        return {
          DeliveryStreamDescription: {
            DeliveryStreamName: definition.name,
            DeliveryStreamARN: definition.arn,
            DeliveryStreamStatus: 'ACTIVE',
            DeliveryStreamType: 'DirectPut',
            VersionId: '1',
            HasMoreDestinations: false,
            Destinations: [
              {
                DestinationId: 'destinationId-000000000001',
                ExtendedS3DestinationDescription: {
                  ...{ RoleARN: definition.roleArn, BucketARN: `arn:aws:s3:::${definition.bucket}` },
                  ...{ Prefix: definition.prefix, ErrorOutputPrefix: definition.errorPrefix },
                  BufferingHints: { SizeInMBs: definition.bytes / 1024 / 1024, IntervalInSeconds: definition.seconds },
                  ...{ CompressionFormat: 'UNCOMPRESSED', FileExtension: definition.extension },
                  EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
                },
              },
            ],
          },
        };
      },
      PutRecord: async (input: client.PutRecordCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['DeliveryStreamName', 'Record']);
        const stream = find(input.DeliveryStreamName, region);
        const data = Buffer.from(input.Record?.Data ?? []);
        if (data.length > 1_024_000) throw new AwsError('InvalidArgumentException', 'Record size exceeds 1000 KiB.');
        stream.records.push(data);
        stream.bytes += data.length;
        if (stream.bytes >= stream.definition.bytes) await deliver(region, stream);
        return { RecordId: randomUUID(), Encrypted: false };
      },
    },
  };
}
