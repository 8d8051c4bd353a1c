import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../clock.ts';
import type { Credentials } from '../credentials.ts';
import { AwsError } from './aws-error.ts';
import { cborProtocol } from './cbor-protocol.ts';
import { type CallHooks, registerServices, runCall } from './dispatch.ts';
import { DroppedConnection } from './dropped-connection.ts';
import { toFailure } from './failure.ts';
import { foreignPage } from './foreign-page.ts';
import type { WireReply, WireRequest } from './http.ts';
import { jsonProtocol } from './json-protocol.ts';
import type { ClientModel } from './model.ts';
import type { Protocol } from './protocol.ts';
import { queryProtocol } from './query-protocol.ts';
import { readRequest } from './read-request.ts';
import { restProtocol } from './rest-protocol.ts';
import { readScope } from './scope.ts';
import type { Caller, Dispatch, Service } from './service.ts';
import { isSignedBy } from './signature.ts';

export type WireOptions = CallHooks & {
  readonly services: readonly Service[];
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** 0 or absent takes any free port. */
  readonly port?: number;
};

export type Wire = {
  readonly endpoint: string;
  readonly port: number;
  readonly dispatch: Dispatch;
  /** Ends running calls by their signal and every connection, kept alive or not; returns when the port is free. */
  stop(): Promise<void>;
};

/** One loopback endpoint for all services and regions. */
export async function startWire(options: WireOptions): Promise<Wire> {
  const registered = registerServices(options.services);
  let port = 0;
  const stopping = new AbortController();

  const dispatch: Dispatch = async (service, operation, input, call) => {
    const entry = registered.get(service);
    const model = entry?.model.operations.get(operation);
    if (entry === undefined || model === undefined) {
      throw new AwsError('NotImplemented', `the sandbox does not emulate '${service}:${operation}'`, { status: 501 });
    }
    const signal = call.signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, call.signal]);
    return runCall(entry, model, input, { region: call.region, caller: call.caller, signal }, options);
  };

  async function answer(request: WireRequest, signal: AbortSignal): Promise<WireReply> {
    const requestId = randomUUID();
    let protocol = protocolOf(undefined, request);
    let model: ClientModel | undefined;
    try {
      const scope = readScope(request);
      const entry = scope === undefined ? undefined : registered.get(scope.service);
      model = entry?.model;
      protocol = protocolOf(model, request);
      if (scope === undefined) {
        throw new AwsError('MissingAuthenticationToken', 'Missing Authentication Token', { status: 403 });
      }
      if (entry === undefined) {
        throw new AwsError('NotImplemented', `the sandbox does not emulate the service '${scope.service}'`, {
          status: 501,
        });
      }
      if (scope.expires !== undefined && scope.expires < options.clock.now()) {
        throw new AwsError('AccessDenied', 'Request has expired', { status: 403 });
      }
      const caller = callerOf(options.credentials, scope.accessKeyId, scope.sessionToken, entry.model, request);
      const { operation, input } = await protocol.parse(entry.model, request, {
        implemented: (name) => entry.service.operations[name] !== undefined,
        bucketInPath: entry.service.id === 's3',
      });
      const output = await runCall(
        entry,
        operation,
        input,
        { requestId, region: scope.region, caller, signal },
        options,
      );
      return protocol.reply(entry.model, operation, output, requestId);
    } catch (error) {
      if (error instanceof DroppedConnection) {
        throw error;
      }
      return protocol.fail(model, toFailure(model, error), requestId);
    }
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = foreignPage(incoming.headers, port);
    if (foreign !== undefined) {
      // Before anything is read, and in words for a person: no client of AWS gets here.
      response
        .writeHead(403, { 'content-type': 'text/plain', connection: 'close' })
        .end(`the sandbox refuses a request: ${foreign}\n`);
      return;
    }
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) {
        gone.abort(new Error('the client went away'));
      }
    });
    try {
      const request = await readRequest(incoming);
      const reply = await answer(request, AbortSignal.any([stopping.signal, gone.signal]));
      await send(reply, request.method, response);
    } catch {
      // The request was incomplete, the client left, or a fault wants the connection broken.
      response.destroy();
    }
  }

  const server = createServer((incoming, response) => {
    void handle(incoming, response);
  });
  // Longer than any client keeps an idle connection, so that none sends into a closing socket.
  server.keepAliveTimeout = 120_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    dispatch,
    async stop() {
      if (!server.listening) {
        return;
      }
      stopping.abort(new Error('the sandbox stops'));
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The request says how it is encoded; only REST depends on the service alone. */
function protocolOf(model: ClientModel | undefined, request: WireRequest): Protocol {
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') {
    return cborProtocol;
  }
  if (request.headers['x-amz-target'] !== undefined) {
    return jsonProtocol;
  }
  if (model === undefined) {
    return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
      ? queryProtocol
      : restProtocol;
  }
  return model.protocol === 'restXml' || model.protocol === 'restJson' ? restProtocol : queryProtocol;
}

function callerOf(
  credentials: Credentials,
  accessKeyId: string,
  token: string | undefined,
  model: ClientModel,
  request: WireRequest,
): Caller {
  const found = credentials.find(accessKeyId, token);
  if (found.kind === 'caller') {
    if (isSignedBy(request.received, found.secretAccessKey)) return found.caller;
    const code =
      model.protocol === 'jsonRpc' || model.protocol === 'restJson' ? 'InvalidSignatureException' : undefined;
    const message =
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
    throw new AwsError(code ?? 'SignatureDoesNotMatch', message, { status: 403 });
  }
  if (found.kind === 'expired') {
    const code =
      model.protocol === 'jsonRpc' || model.protocol === 'restJson' ? 'ExpiredTokenException' : 'ExpiredToken';
    throw new AwsError(code, 'The security token included in the request is expired', { status: 403 });
  }
  if (model.protocol === 'restXml') {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    throw new AwsError('InvalidAccessKeyId', message, { status: 403 });
  }
  const message = 'The security token included in the request is invalid.';
  const query = model.protocol === 'query' || model.protocol === 'ec2';
  throw query
    ? new AwsError('InvalidClientTokenId', message, { status: 403 })
    : new AwsError('UnrecognizedClientException', message, { status: 403 });
}

async function send(reply: WireReply, method: string, response: ServerResponse): Promise<void> {
  if (reply.body instanceof Readable) {
    response.writeHead(reply.status, reply.headers);
    await pipeline(reply.body, response);
    return;
  }
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  const bodyless = method === 'HEAD' || reply.status === 204 || reply.status === 304;
  // The answer to HEAD carries the length of the object, which the operation gives.
  const headers = bodyless ? reply.headers : { ...reply.headers, 'content-length': String(body.byteLength) };
  response.writeHead(reply.status, headers);
  response.end(bodyless ? undefined : body);
}
