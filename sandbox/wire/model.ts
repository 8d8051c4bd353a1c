import { NormalizedSchema } from '@smithy/core/schema';

/** How a service speaks on the wire, read from the SDK client that its users call it with. */
export type ClientModel = {
  readonly protocol: 'query' | 'ec2' | 'restXml' | 'restJson' | 'jsonRpc';
  readonly jsonVersion: string;
  readonly xmlNamespace: string | undefined;
  /** CloudWatch moved from query to JSON; its clients still expect the query error codes, in a header. */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  readonly errors: ReadonlyMap<string, NormalizedSchema>;
};

export type OperationModel = {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Method, URI pattern, status of success. */
  readonly http: readonly [string, string, number] | undefined;
};

export type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

const OPERATION = 9;
const ERROR = -3;

const PROTOCOLS: Readonly<Record<string, ClientModel['protocol']>> = {
  'aws.protocols#awsQuery': 'query',
  'aws.protocols#ec2Query': 'ec2',
  'aws.protocols#restXml': 'restXml',
  'aws.protocols#restJson1': 'restJson',
  'aws.protocols#awsJson1_0': 'jsonRpc',
  'aws.protocols#awsJson1_1': 'jsonRpc',
};

/** The part of an SDK client's resolved configuration that names its protocol. */
type ClientProtocol = {
  getShapeId(): string;
  readonly options?: { readonly xmlNamespace?: string };
  readonly awsQueryCompatible?: boolean;
};

type ClientConstructor = new (configuration: { region: string }) => { config: { protocol: ClientProtocol } };

export function readClientModel(client: Readonly<Record<string, unknown>>): ClientModel {
  const protocol = protocolOf(client);
  const shape = protocol.getShapeId();
  const known = PROTOCOLS[shape];
  if (known === undefined) {
    throw new Error(`protocol of the client is '${shape}', the wire speaks ${Object.keys(PROTOCOLS).join(', ')}`);
  }
  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, NormalizedSchema>();
  for (const [key, schema] of Object.entries(client)) {
    if (!key.endsWith('$') || !Array.isArray(schema)) {
      continue;
    }
    const name = key.slice(0, -1);
    if (schema[0] === OPERATION) {
      operations.set(name, operationModel(name, schema));
    } else if (schema[0] === ERROR) {
      errors.set(name, NormalizedSchema.of(schema as unknown as SchemaRef));
    }
  }
  return {
    protocol: known,
    jsonVersion: shape.endsWith('1_0') ? '1.0' : '1.1',
    xmlNamespace: protocol.options?.xmlNamespace,
    queryCompatible: protocol.awsQueryCompatible === true,
    operations,
    errors,
  };
}

function operationModel(name: string, schema: readonly unknown[]): OperationModel {
  const [, , , traits, input, output] = schema;
  const http = typeof traits === 'object' && traits !== null && 'http' in traits ? traits.http : undefined;
  return {
    name,
    input: NormalizedSchema.of(input as SchemaRef),
    output: NormalizedSchema.of(output as SchemaRef),
    http: Array.isArray(http) ? [String(http[0]), String(http[1]), Number(http[2])] : undefined,
  };
}

function protocolOf(client: Readonly<Record<string, unknown>>): ClientProtocol {
  const found = Object.entries(client).find(
    ([key, value]) => /^[A-Z]\w*Client$/.test(key) && typeof value === 'function',
  );
  if (found === undefined) {
    throw new Error("module exports no class named '…Client', a service needs an SDK client");
  }
  const Client = found[1] as ClientConstructor;
  return new Client({ region: 'us-east-1' }).config.protocol;
}
