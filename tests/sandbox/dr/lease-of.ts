import assert from 'node:assert/strict';
import { S3Client } from '@aws-sdk/client-s3';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import { makeLeaseRegister } from '../../../shared/aws/s3/lease-register.ts';
import type { LeasePassReport, RenewLeaseOutput } from '../../../shared/contracts/keep-lease/keep-lease.ts';
import { leaseKey, registerPlaces } from '../../../shared/rules/lease.ts';
import type { FaultFixture } from '../../support/sandbox/injector.ts';

/** The lease of the demo: its registers, and the agents of the two regions. */
export function leaseOf(fixture: FaultFixture) {
  /** One pass of the agent of a region. */
  async function pass(region: string): Promise<LeasePassReport> {
    const { sandbox } = fixture;
    const rules = sandbox.stacks.find((stack) => stack.region === region)?.rules ?? [];
    let started: string | undefined;
    const stopListening = sandbox.states.onEvent((event) => {
      if (event.kind === 'history' && event.executionArn.includes(':execution:keep-lease-'))
        started ??= event.executionArn;
    });
    await sandbox.bus.fire(region, rules.find(({ name }) => workflowOf(name) === 'keep-lease')?.name ?? '');
    stopListening();
    const { output, ...ended } = await sandbox.states.waitForEnd(started ?? '');
    const { report, failure } = JSON.parse(output ?? '{}') as { report: RenewLeaseOutput | null; failure: unknown };
    const [found] = report?.databases ?? [];
    assert.ok(found, JSON.stringify([failure, ended]));
    return found;
  }
  const registers = () =>
    registerPlaces('dev', devStage()).map((place) =>
      makeLeaseRegister(
        { ...place, bucket: place.bucket.replace(/\d{12}/, fixture.sandbox.credentials.account) },
        leaseKey('fantasy'),
        new S3Client({
          ...fixture.sandbox.clientConfig,
          ...{ region: place.region, forcePathStyle: true, maxAttempts: 1 },
        }),
      ),
    );
  const holders = () =>
    Promise.all(
      registers().map(async (register) => {
        const { epoch, holder } = (await register.read()).content;
        return `${epoch} ${holder}`;
      }),
    );
  return { pass, registers, holders };
}
