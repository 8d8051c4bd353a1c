import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '../../sandbox.ts';

/** One execution of a machine of a region, beside the one that a drill shows. */
export async function runMachine(sandbox: Sandbox, region: string, workflow: string, input: object) {
  const stack = sandbox.stacks.find((one) => one.region === region);
  const machine = stack?.stateMachines.find(({ name }) => name === `${workflow}-dev`);
  if (stack === undefined || machine === undefined) throw new Error(`${region} has no machine '${workflow}'`);
  const asked = { region, caller: sandbox.credentials.operator.caller };
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine.arn, input: JSON.stringify(input) },
    asked,
  )) as { executionArn: string };
  const { status, cause, output } = await sandbox.states.waitForEnd(executionArn);
  const bucket = stack.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  return {
    ...{ status, cause: cause ?? '', output: output ?? undefined },
    summary: output == null ? '' : String((JSON.parse(output) as { summary?: unknown }).summary),
    async read(key: string): Promise<string> {
      const { Body } = (await sandbox.dispatch('s3', 'GetObject', { Bucket: bucket, Key: key }, asked)) as {
        Body: Readable | Uint8Array;
      };
      return Body instanceof Uint8Array ? Buffer.from(Body).toString() : text(Body);
    },
  };
}
