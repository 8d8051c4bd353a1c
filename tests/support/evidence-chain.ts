import { createHash } from 'node:crypto';
import type { Evidence } from '../../shared/contracts/backup-and-verify.ts';
import type { ObjectDigest } from '../../shared/contracts/proof/evidence-chain.ts';
import { type ChainFile, chainKey, chainRecordText } from '../../shared/domain/evidence/chain.ts';
import { evidenceWith } from './evidence-sample.ts';

export const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

export const fileOf = (key: string, bytes: string | Uint8Array): ChainFile => {
  const buffer = Buffer.from(bytes);
  let text: string | undefined;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buffer);
  } catch {
    text = undefined;
  }
  return { key, sha256: sha256(buffer), text };
};

export const runOf = (database: string, number: number): Evidence => ({
  ...evidenceWith((place) => `${place} of run ${number}`),
  database,
  verdict: 'exact',
});

/** A sound chain as its files, each with its text: records first to last, and the evidence that they bind. */
export function makeChain(database: string, length: number) {
  const records: { key: string; text: string }[] = [];
  const evidence: { key: string; text: string }[] = [];
  let previous: ObjectDigest | null = null;
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const run = runOf(database, sequence);
    const body = { key: `backup-and-verify/${database}/run-${sequence}/evidence.json`, text: JSON.stringify(run) };
    const bound = { key: body.key, sha256: sha256(body.text) };
    const key = chainKey(database, sequence);
    const text = chainRecordText({ database, sequence, previous, evidence: bound }, run, sha256);
    records.push({ key, text });
    evidence.push(body);
    previous = { key, sha256: sha256(text) };
  }
  return { records, evidence };
}
