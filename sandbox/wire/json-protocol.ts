import { AwsError } from './aws-error.ts';
import { jsonCodec } from './body-codec.ts';
import type { Protocol } from './protocol.ts';

/** awsJson1.0 and 1.1: the operation in `x-amz-target`, JSON in and out. */
const codec = jsonCodec({ jsonName: false });

export const jsonProtocol: Protocol = {
  async parse(model, request) {
    const name = (request.headers['x-amz-target'] ?? '').split('.').pop() ?? '';
    const operation = model.operations.get(name);
    if (operation === undefined) {
      throw new AwsError('UnknownOperationException', `'${name}' is no operation of this service`);
    }
    if (!operation.input.isStructSchema() || request.body.byteLength === 0) {
      return { operation, input: {} };
    }
    const input = await codec.read(operation.input, request.body);
    return { operation, input: input as Record<string, unknown> };
  },

  reply(model, operation, output, requestId) {
    const body = operation.output.isStructSchema() ? codec.write(operation.output, output ?? {}) : '{}';
    return { status: 200, headers: jsonHeaders(model.jsonVersion, requestId), body };
  },

  fail(model, failure, requestId) {
    const headers = jsonHeaders(model?.jsonVersion ?? '1.1', requestId);
    const queryError = { 'x-amzn-query-error': `${failure.wireCode};${failure.fault}` };
    return {
      status: failure.status,
      headers: model?.queryCompatible ? { ...headers, ...queryError } : headers,
      body: JSON.stringify({ __type: failure.shape, message: failure.message, ...failure.members }),
    };
  },
};

function jsonHeaders(version: string, requestId: string): Record<string, string> {
  return { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId };
}
