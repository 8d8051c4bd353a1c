import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import type { FaultFixture } from '../../support/sandbox/injector.ts';

const stackOf = ({ sandbox }: FaultFixture, region: string) =>
  sandbox.stacks.find((stack) => stack.region === region) ?? assert.fail(`no stack in ${region}`);

type Meanwhile = (executionName: string) => Promise<void>;

/** Runs a workflow of a region to its end, and `meanwhile` beside it. */
export async function runIn(
  fixture: FaultFixture,
  region: string,
  workflow: string,
  input: object,
  meanwhile: Meanwhile = async () => undefined,
) {
  const machine = stackOf(fixture, region).stateMachines.find(({ name }) => workflowOf(name) === workflow);
  const { executionArn } = await fixture.call<{ executionArn: string }>(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify(input) },
    region,
  );
  const [ended] = await Promise.all([
    fixture.sandbox.states.waitForEnd(executionArn),
    meanwhile(executionArn.split(':').at(-1) ?? ''),
  ]);
  return ended;
}

/** An object in the bucket of evidence of a region. */
export async function readEvidence(fixture: FaultFixture, region: string, Key: string): Promise<string> {
  const Bucket = stackOf(fixture, region).buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const { Body } = await fixture.call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key }, region);
  return Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
}

/** The same, with what it has recorded: it says where in its output, or in the cause of its failure. */
export async function runRecorded(
  fixture: FaultFixture,
  region: string,
  workflow: string,
  input: object,
  meanwhile?: Meanwhile,
) {
  const { status, error, cause, output } = await runIn(fixture, region, workflow, input, meanwhile);
  const key =
    output == null
      ? /\((\S+\.json)\)$/.exec(cause ?? '')?.[1]
      : (JSON.parse(output) as { recordKey?: string }).recordKey;
  assert.ok(key, `${status} ${error}: ${cause}`);
  return { status, error, cause, record: JSON.parse(await readEvidence(fixture, region, key)) as unknown };
}
