import { Evidence } from '../../shared/contracts/backup-and-verify.ts';

/** Evidence whose every free text is made by `text` from the name of its place. */
export function evidenceWith(text: (place: string) => string): Evidence {
  const at = '2026-03-01T08:30:00.000Z';
  return Evidence.parse({
    schemaVersion: 1,
    workflow: 'backup-and-verify',
    execution: { name: text('execution'), arn: text('arn'), startedAt: at, recordedAt: '2026-03-01T08:45:00.000Z' },
    stage: text('stage'),
    request: { database: text('request') },
    database: text('database'),
    source: {
      instance: text('instance'),
      database: text('source database'),
      serverVersion: text('version'),
      systemIdentifier: '1',
      tables: 1,
      rows: '1234567',
      bytes: 123456789,
    },
    snapshot: { id: text('snapshot'), createdAt: at, s1At: at, s2At: at, newestHeartbeatAt: at, attempt: 1 },
    proof: {
      executionName: text('proof'),
      executionArn: text('proof arn'),
      region: text('proof region'),
      snapshotId: text('proof snapshot'),
    },
    verdict: 'failed',
    summary: text('summary'),
    rungs: [
      {
        name: text('rung'),
        status: 'failed',
        summary: text('rung summary'),
        findings: [{ object: text('object'), status: 'failed', problem: text('problem') }],
      },
    ],
    tables: [
      {
        table: text('table'),
        status: 'failed',
        rows: '1234567',
        bytes: 5000,
        matchedRows: 3,
        unverifiableRows: 4,
        reason: text('reason'),
      },
    ],
    failure: { state: text('state'), error: text('error'), cause: text('cause') },
    cleanUpFailure: { state: text('clean-up state'), error: text('clean-up error'), cause: text('clean-up cause') },
    cost: {
      currency: 'USD',
      predicted: { hours: 6, parts: [{ name: text('unpriced'), money: null }], total: null },
      cap: { mayRestore: true, told: text('cap') },
      actual: { hours: 0.5, parts: [{ name: 'copy', money: 1.254 }], total: 1.254 },
    },
    warnings: [{ object: text('warned'), problem: text('warning') }],
    phases: [{ name: text('phase'), startedAt: at, endedAt: '2026-03-01T08:31:00.000Z' }],
  });
}
