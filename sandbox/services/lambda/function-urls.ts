import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NamedResource } from '../../template/template.ts';
import type { LambdaFunction } from './function.ts';
import { Throttled } from './reserved-concurrency.ts';

export type FunctionUrl = { readonly address: string; readonly fn: LambdaFunction; readonly isPublic: boolean };

export type FunctionUrls = {
  /** Where the sandbox serves what AWS would serve at an address of the template; undefined of any other. */
  localOf(address: string): string | undefined;
  stop(): Promise<void>;
};

/** Lambda refuses a longer request. */
const LONGEST_BODY = 6_291_456;

/**
 * Of a stack, each function that has an address of its own. AWS asks for both statements since October 2025: that the address may be called,
 * and that the function may be invoked by it.
 */
export function functionUrlsOf(
  resources: readonly NamedResource[],
  policies: readonly NamedResource[],
  functions: readonly LambdaFunction[],
): FunctionUrl[] {
  return resources
    .filter(({ type }) => type === 'AWS::Lambda::Url')
    .map(({ name, properties }) => {
      const target = String(properties['TargetFunctionArn']);
      const fn = functions.find((one) => one.arn === target || one.name === target);
      if (fn === undefined)
        throw new Error(`'${name}' is the address of '${target}', which is no function of the template`);
      const allows = (action: string, member: string, value: string) =>
        policies.some(
          ({ properties: one }) =>
            one['Action'] === action &&
            one['Principal'] === '*' &&
            String(one[member]) === value &&
            [fn.arn, fn.name].includes(String(one['FunctionName'])),
        );
      return {
        address: `https://${name.toLowerCase()}.lambda-url.${fn.region}.on.aws/`,
        fn,
        isPublic:
          properties['AuthType'] === 'NONE' &&
          allows('lambda:InvokeFunctionUrl', 'FunctionUrlAuthType', 'NONE') &&
          allows('lambda:InvokeFunction', 'InvokedViaFunctionUrl', 'true'),
      };
    });
}

/** Serves each address on a port of its own of this computer. */
export async function serveFunctionUrls(
  urls: readonly FunctionUrl[],
  invoke: (fn: LambdaFunction, payload: string) => Promise<{ readonly payload: string; readonly isError: boolean }>,
): Promise<FunctionUrls> {
  const served = await Promise.all(
    urls.map(async (url) => {
      const server = createServer((request, response) => {
        answer(url, request, response, invoke).catch(() => response.destroy());
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { url, server, local: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
    }),
  );
  return {
    localOf: (address) => served.find(({ url }) => url.address === address)?.local,
    stop: async () => {
      await Promise.all(
        served.map(async ({ server }) => {
          const closed = once(server, 'close');
          server.close();
          server.closeAllConnections();
          await closed;
        }),
      );
    },
  };
}

async function answer(
  { fn, isPublic }: FunctionUrl,
  request: IncomingMessage,
  response: ServerResponse,
  invoke: Parameters<typeof serveFunctionUrls>[1],
): Promise<void> {
  const say = (status: number, message: string) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ Message: message }));
  const body = await bodyOf(request);
  if (!isPublic) return void say(403, 'Forbidden');
  if (body === undefined) return void say(413, 'Request Entity Too Large');
  try {
    const { payload, isError } = await invoke(fn, JSON.stringify(eventOf(request, body)));
    if (isError) return void say(502, 'Internal Server Error');
    const given = JSON.parse(payload) as {
      statusCode?: number;
      headers?: Record<string, string>;
      body?: string;
      isBase64Encoded?: boolean;
    };
    // What names no status is the body itself.
    if (typeof given?.statusCode !== 'number')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(payload);
    response
      .writeHead(given.statusCode, given.headers)
      .end(Buffer.from(given.body ?? '', given.isBase64Encoded === true ? 'base64' : 'utf8'));
  } catch (error) {
    if (!(error instanceof Throttled)) throw error;
    say(429, 'Rate Exceeded.');
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length <= LONGEST_BODY) chunks.push(chunk);
  }
  return length <= LONGEST_BODY ? Buffer.concat(chunks) : undefined;
}

/** Payload format 2.0. */
function eventOf({ method = 'GET', url = '/', headers, socket }: IncomingMessage, body: Buffer) {
  const { pathname, search, searchParams } = new URL(url, 'http://127.0.0.1');
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const isText = /^(text\/|application\/(json|x-www-form-urlencoded|xml))/.test(given['content-type'] ?? 'text/');
  const at = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: given,
    ...(search === '' ? {} : { queryStringParameters: Object.fromEntries(searchParams) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'sandbox',
      domainName: given['host'],
      domainPrefix: 'sandbox',
      http: {
        method,
        path: pathname,
        protocol: 'HTTP/1.1',
        sourceIp: socket.remoteAddress ?? '127.0.0.1',
        userAgent: given['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: at.toUTCString(),
      timeEpoch: at.getTime(),
    },
    ...(body.byteLength === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.byteLength > 0 && !isText,
  };
}
