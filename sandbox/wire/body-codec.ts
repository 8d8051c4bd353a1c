import { JsonCodec2, XmlCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from './aws-error.ts';
import type { ClientModel } from './model.ts';

/** Documents in a request or response body, by the service's own schemas. */
export type BodyCodec = {
  read(schema: NormalizedSchema, body: Uint8Array): Promise<unknown>;
  write(schema: NormalizedSchema, value: unknown): string | Uint8Array;
};

type JsonSettings = ConstructorParameters<typeof JsonCodec2>[0];

export function jsonCodec(settings: { readonly jsonName: boolean }): BodyCodec {
  const codec = new JsonCodec2({ ...settings, timestampFormat: { useTrait: true, default: 7 } } as JsonSettings);
  return {
    async read(schema, body) {
      try {
        return await codec.createDeserializer().read(schema, Buffer.from(body).toString());
      } catch (error) {
        throw new AwsError('SerializationException', `request body is no valid JSON: ${reason(error)}`);
      }
    },
    write(schema, value) {
      const serializer = codec.createSerializer();
      serializer.write(schema, value);
      return serializer.flush();
    },
  };
}

export function xmlCodec(xmlNamespace: string): BodyCodec {
  const codec = new XmlCodec({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: true,
    xmlNamespace,
    serviceNamespace: '',
  });
  return {
    async read(schema, body) {
      try {
        return await codec.createDeserializer().read(schema, body);
      } catch (error) {
        throw new AwsError('MalformedXML', `request body is no valid XML: ${reason(error)}`);
      }
    },
    write(schema, value) {
      const serializer = codec.createSerializer();
      serializer.write(schema, value);
      return serializer.flush();
    },
  };
}

const restJson = jsonCodec({ jsonName: true });
const xmlCodecs = new Map<string, BodyCodec>();

export function restCodec(model: ClientModel): BodyCodec {
  if (model.protocol === 'restJson') {
    return restJson;
  }
  const namespace = model.xmlNamespace ?? '';
  const codec = xmlCodecs.get(namespace) ?? xmlCodec(namespace);
  xmlCodecs.set(namespace, codec);
  return codec;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
