/** The part of RFC 1035 that a resolver of one question needs. */
export type Question = { readonly id: number; readonly name: string; readonly type: number; readonly end: number };

export const types = { A: 1, CNAME: 5 } as const;
export const nameError = 3;

/** Undefined for what is no query of one name. */
export function readQuestion(message: Buffer): Question | undefined {
  if (message.length < 17 || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = 12;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return undefined;
    at += 1;
    if (length === 0) break;
    labels.push(message.toString('ascii', at, at + length));
    at += length;
  }
  if (message.length < at + 4) return undefined;
  return { id: message.readUInt16BE(0), name: labels.join('.'), type: message.readUInt16BE(at), end: at + 4 };
}

export type Answer = { readonly type: number; readonly ttlSeconds: number; readonly data: Buffer };

/** The answer to a query, with its question in front; none with a code: that the name is not there. */
export function writeAnswer(query: Buffer, { end }: Question, answer: Answer | undefined, code = 0): Buffer {
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | code, 2); // response, recursion desired and available
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answer === undefined ? 0 : 1, 6);
  const parts = [header, query.subarray(12, end)];
  if (answer !== undefined) {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0); // the name of the question
    record.writeUInt16BE(answer.type, 2);
    record.writeUInt16BE(1, 4); // IN
    record.writeUInt32BE(answer.ttlSeconds, 6);
    record.writeUInt16BE(answer.data.length, 10);
    parts.push(record, answer.data);
  }
  return Buffer.concat(parts);
}

export const nameData = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'ascii')]),
    Buffer.from([0]),
  ]);

export const addressData = (address: string): Buffer => Buffer.from(address.split('.').map(Number));
