import { CborCodec } from '@smithy/core/cbor';
import { AwsError } from './aws-error.ts';
import type { Protocol } from './protocol.ts';

/** Smithy RPC v2 CBOR: `POST /service/<service>/operation/<operation>`; botocore may choose it for CloudWatch. */
const codec = new CborCodec();

export const cborProtocol: Protocol = {
  async parse(model, request) {
    const name = /\/service\/[^/]+\/operation\/([^/]+)$/.exec(request.path)?.[1] ?? '';
    const operation = model.operations.get(name);
    if (operation === undefined) {
      throw new AwsError('UnknownOperationException', `'${request.path}' names no operation of this service`);
    }
    if (!operation.input.isStructSchema() || request.body.byteLength === 0) {
      return { operation, input: {} };
    }
    const input = await codec.createDeserializer().read(operation.input, request.body);
    return { operation, input: input as Record<string, unknown> };
  },

  reply(_model, operation, output, requestId) {
    const serializer = codec.createSerializer();
    serializer.write(operation.output.isStructSchema() ? operation.output : 15, output ?? {});
    return { status: 200, headers: cborHeaders(requestId), body: serializer.flush() };
  },

  fail(_model, failure, requestId) {
    const serializer = codec.createSerializer();
    serializer.write(15, { __type: failure.shape, message: failure.message, ...failure.members });
    const queryError = { 'x-amzn-query-error': `${failure.wireCode};${failure.fault}` };
    return { status: failure.status, headers: { ...cborHeaders(requestId), ...queryError }, body: serializer.flush() };
  },
};

function cborHeaders(requestId: string): Record<string, string> {
  return { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', 'x-amzn-requestid': requestId };
}
