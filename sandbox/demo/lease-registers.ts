import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';
import { AwsError } from '../wire/aws-error.ts';

/** What one of the three registers of a lease holds. */
export type LeaseContent = { readonly epoch: number; readonly holder: string | null; readonly counter: number };
type Read = { readonly content: LeaseContent; readonly etag: string | undefined };
type Register = { read(): Promise<Read>; write(content: LeaseContent, read: Read): Promise<void> };

/** Whose name stands in a register. */
export const leaseHolder = (region: string, instance: string): string => `${region}/${instance}`;

/** The registers of a lease, as a person with the rights of the account reads and writes them. */
export function leaseRegisters({ credentials, dispatch }: Sandbox, database: string): readonly Register[] {
  const { region: first, dr, lease } = devStage();
  const regions = [first, dr?.region, lease?.witnessRegion].filter((region) => region !== undefined);
  return regions.map((region) => {
    const asked = { region, caller: credentials.operator.caller };
    const place = { Bucket: `pg-gameday-lease-dev-${credentials.account}-${region}`, Key: `lease/${database}.json` };
    return {
      async read() {
        try {
          const found = await dispatch('s3', 'GetObject', place, asked);
          const { Body, ETag } = found as { Body: Readable | Uint8Array; ETag?: string };
          const stored = Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
          return { content: JSON.parse(stored) as LeaseContent, etag: ETag };
        } catch (error) {
          if (!(error instanceof AwsError && error.code === 'NoSuchKey')) throw error;
          return { content: { epoch: 0, holder: null, counter: 0 }, etag: undefined };
        }
      },
      async write(content, { etag }) {
        const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
        await dispatch(
          's3',
          'PutObject',
          { ...place, Body: Buffer.from(JSON.stringify(content)), ...condition },
          asked,
        );
      },
    };
  });
}

/** What two of three registers say alike; undefined: no two do. */
export async function heldBy(registers: readonly Register[]): Promise<LeaseContent | undefined> {
  const contents = await Promise.all(registers.map(async (register) => (await register.read()).content));
  return contents.find(
    ({ epoch, holder }) => contents.filter((other) => other.epoch === epoch && other.holder === holder).length > 1,
  );
}

/** Makes a lease somebody's in an epoch above all others. */
export async function giveLease(registers: readonly Register[], holder: string): Promise<void> {
  const readings = await Promise.all(registers.map((register) => register.read()));
  const epoch = 1 + Math.max(0, ...readings.map(({ content }) => content.epoch));
  await Promise.all(
    registers.map(async (register, index) => {
      const read = readings[index];
      if (read !== undefined) await register.write({ epoch, holder, counter: 0 }, read);
    }),
  );
}
