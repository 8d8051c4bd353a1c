import { Readable } from 'node:stream';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from './aws-error.ts';
import { restCodec } from './body-codec.ts';
import type { Failure } from './failure.ts';
import type { WireReply, WireRequest } from './http.ts';
import type { ClientModel } from './model.ts';
import type { Protocol } from './protocol.ts';
import { findRoute } from './rest-route.ts';
import { readText, writeText } from './text-value.ts';
import { xmlElements } from './xml.ts';

/** restXml (S3) and restJson1 (Lambda): members in path, query, headers and body. */
export const restProtocol: Protocol = {
  async parse(model, request, hints) {
    const target = hints.bucketInPath ? splitBucket(request) : { bucket: undefined, path: request.path };
    const route = findRoute(model, request, target, hints);
    if (route === undefined) {
      throw new AwsError('UnknownOperationException', `no operation answers '${request.method} ${request.path}'`);
    }
    const { operation, labels } = route;
    const input: Record<string, unknown> = {};
    const inBody: string[] = [];
    for (const [name, member] of operation.input.isStructSchema() ? operation.input.structIterator() : []) {
      const traits = member.getMergedTraits();
      if (traits.httpLabel) {
        const label = name === 'Bucket' && hints.bucketInPath ? target.bucket : labels[name];
        input[name] = label === undefined ? undefined : readText(member, label);
      } else if (traits.httpHeader) {
        assign(
          input,
          name,
          readValues(member, headerValues(request.headers[String(traits.httpHeader).toLowerCase()], member)),
        );
      } else if (traits.httpQuery) {
        assign(input, name, readValues(member, request.query.getAll(String(traits.httpQuery))));
      } else if (traits.httpQueryParams) {
        input[name] = Object.fromEntries(request.query);
      } else if (typeof traits.httpPrefixHeaders === 'string') {
        assign(input, name, prefixed(request.headers, traits.httpPrefixHeaders));
      } else if (traits.httpPayload) {
        assign(input, name, await readPayload(model, member, request));
      } else {
        inBody.push(name);
      }
    }
    if (inBody.length > 0 && request.body.byteLength > 0) {
      const read = (await restCodec(model).read(operation.input, request.body)) as Record<string, unknown>;
      for (const name of inBody) {
        assign(input, name, read[name]);
      }
    }
    return { operation, input };
  },

  reply(model, operation, output, requestId) {
    const values = (output ?? {}) as Record<string, unknown>;
    const headers: Record<string, string> = { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId };
    let status = operation.http?.[2] ?? 200;
    let body: WireReply['body'] = '';
    let hasBodyMembers = false;
    for (const [name, member] of operation.output.isStructSchema() ? operation.output.structIterator() : []) {
      const traits = member.getMergedTraits();
      const value = values[name];
      if (!traits.httpHeader && !traits.httpPrefixHeaders && !traits.httpPayload && !traits.httpResponseCode) {
        hasBodyMembers = true;
      }
      if (value === undefined || value === null) {
        continue;
      }
      if (traits.httpHeader) {
        headers[String(traits.httpHeader).toLowerCase()] = headerText(member, value);
      } else if (typeof traits.httpPrefixHeaders === 'string') {
        for (const [key, text] of Object.entries(value as Record<string, unknown>)) {
          headers[`${traits.httpPrefixHeaders}${key}`.toLowerCase()] = String(text);
        }
      } else if (traits.httpResponseCode) {
        status = Number(value);
      } else if (traits.httpPayload) {
        body = writePayload(model, member, value, headers);
      }
    }
    if (hasBodyMembers) {
      body = restCodec(model).write(operation.output, values);
      headers['content-type'] ??= contentType(model);
    }
    // S3 models one status for GetObject; a part of an object is answered with another.
    status = headers['content-range'] === undefined ? status : 206;
    return { status, headers, body };
  },

  fail(model, failure, requestId) {
    const headers = { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId };
    if (model?.protocol === 'restJson') {
      const body = JSON.stringify({ message: failure.message, Message: failure.message, ...failure.members });
      const typed = { 'content-type': 'application/json', 'x-amzn-errortype': failure.shape };
      return { status: failure.status, headers: { ...headers, ...typed }, body };
    }
    return {
      status: failure.status,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: xmlError(failure, requestId),
    };
  },
};

function xmlError(failure: Failure, requestId: string): string {
  const members = { Code: failure.wireCode, Message: failure.message, ...failure.members, RequestId: requestId };
  return `<?xml version="1.0" encoding="UTF-8"?><Error>${xmlElements(members)}</Error>`;
}

/** `bucket.localhost` and `bucket.s3.…` name the bucket in the host, everything else in the first segment of the path. */
function splitBucket(request: WireRequest): { bucket: string | undefined; path: string } {
  const virtual = /^([a-z0-9][a-z0-9.-]+)\.(?:localhost|s3[.-])/.exec(request.host)?.[1];
  if (virtual !== undefined) {
    return { bucket: virtual, path: request.path };
  }
  const [, bucket = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(request.path) ?? [];
  return { bucket: bucket === '' ? undefined : decodeURIComponent(bucket), path: rest === '' ? '/' : rest };
}

function contentType(model: ClientModel): string {
  return model.protocol === 'restJson' ? 'application/json' : 'application/xml';
}

function assign(input: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) {
    input[name] = value;
  }
}

function headerValues(text: string | undefined, member: NormalizedSchema): string[] {
  if (text === undefined) {
    return [];
  }
  return member.isListSchema() ? text.split(',').map((item) => item.trim()) : [text];
}

function readValues(member: NormalizedSchema, values: readonly string[]): unknown {
  const [first] = values;
  if (first === undefined) {
    return undefined;
  }
  return member.isListSchema()
    ? values.map((value) => readText(member.getValueSchema(), value))
    : readText(member, first);
}

function prefixed(headers: Readonly<Record<string, string>>, prefix: string): Record<string, string> | undefined {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return found.length === 0
    ? undefined
    : Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

async function readPayload(model: ClientModel, member: NormalizedSchema, request: WireRequest): Promise<unknown> {
  if (member.isBlobSchema()) {
    return request.body;
  }
  if (member.isStringSchema()) {
    return Buffer.from(request.body).toString();
  }
  return request.body.byteLength === 0 ? undefined : restCodec(model).read(member, request.body);
}

function writePayload(
  model: ClientModel,
  member: NormalizedSchema,
  value: unknown,
  headers: Record<string, string>,
): WireReply['body'] {
  if (value instanceof Readable || value instanceof Uint8Array || typeof value === 'string') {
    return value;
  }
  headers['content-type'] ??= contentType(model);
  return restCodec(model).write(member, value);
}

function headerText(member: NormalizedSchema, value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((item) => writeText(member.getValueSchema(), item, 'http-date')).join(', ');
  }
  return writeText(member, value, 'http-date');
}
