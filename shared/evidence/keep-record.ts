import type { ObjectStore } from '../aws/s3/object-store.ts';
import { EvidenceMissingError } from '../errors.ts';

export type KeptRecord<Record> = {
  readonly record: Record;
  readonly recordKey: string;
  readonly reportKey: string;
  /** False where an earlier call has kept it. */
  readonly isNew: boolean;
};

/**
 * Keeps what an execution came to as record.json, and its page as report.html. The record that is there already is the
 * answer: a second call of the task that made it is harmless. Throws EvidenceMissingError where it was removed meanwhile.
 */
export async function keepRecord<Record>(
  store: Pick<ObjectStore, 'putNew' | 'getText'>,
  prefix: string,
  made: Record,
  { parse, page }: { readonly parse: (value: unknown) => Record; readonly page: (record: Record) => string },
): Promise<KeptRecord<Record>> {
  const [recordKey, reportKey] = [`${prefix}/record.json`, `${prefix}/report.html`];
  const isNew = await store.putNew(recordKey, JSON.stringify(made, undefined, 2), 'application/json');
  const text = isNew ? undefined : await store.getText(recordKey);
  if (!isNew && text === undefined) throw new EvidenceMissingError(`'${recordKey}' is not in the bucket any more`);
  const record = text === undefined ? made : parse(JSON.parse(text));
  await store.putNew(reportKey, page(record), 'text/html; charset=utf-8');
  return { record, recordKey, reportKey, isNew };
}
