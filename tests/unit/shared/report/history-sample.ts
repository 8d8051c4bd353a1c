import type { ChainRecord } from '../../../../shared/contracts/proof/evidence-chain.ts';
import { chainKey } from '../../../../shared/domain/evidence/chain.ts';

const day = 86_400_000;

/** A growing database, proven every night but the fortieth, which came to no witness, and the seventieth. */
export function historyWith(length: number): ChainRecord[] {
  return Array.from({ length }, (_, index) => {
    const startedAt = Date.UTC(2026, 0, 1, 8, 30) + index * day;
    const verdict = index === 39 || index === 69 ? 'failed' : index % 3 === 0 ? 'bounded' : 'exact';
    return {
      schemaVersion: 1,
      database: 'fantasy',
      sequence: index + 1,
      previous: index === 0 ? null : { key: chainKey('fantasy', index), sha256: 'ab'.repeat(32) },
      evidence: { key: `backup-and-verify/fantasy/night-${index + 1}/evidence.json`, sha256: 'cd'.repeat(32) },
      verdict,
      startedAt: new Date(startedAt).toISOString(),
      recordedAt: new Date(startedAt + (20 + ((index * 7) % 11)) * 60_000).toISOString(),
      sourceBytes: index === 39 ? null : (12 + index * 0.2) * 1024 ** 3,
      unverifiableRows: verdict === 'bounded' ? 100 + ((index * 37) % 90) : 0,
      seal: 'ef'.repeat(32),
    };
  });
}
