import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from './aws-error.ts';
import type { ClientModel } from './model.ts';
import type { Protocol } from './protocol.ts';
import { readText } from './text-value.ts';
import { innerXml, xmlElements } from './xml.ts';

/** awsQuery and ec2Query: a form in, XML out. */
export const queryProtocol: Protocol = {
  async parse(model, request) {
    const form = new URLSearchParams(request.query);
    for (const [key, value] of new URLSearchParams(Buffer.from(request.body).toString())) {
      form.append(key, value);
    }
    const action = form.get('Action') ?? '';
    const operation = model.operations.get(action);
    if (operation === undefined) {
      throw new AwsError('InvalidAction', `Could not find operation ${action}`);
    }
    const input = operation.input.isStructSchema() ? readNode(operation.input, formTree(form), model) : {};
    return { operation, input: input as Record<string, unknown> };
  },

  reply(model, operation, output, requestId) {
    const content = operation.output.isStructSchema() ? writeXml(operation.output, output ?? {}) : '';
    const xmlns = model.xmlNamespace === undefined ? '' : ` xmlns="${model.xmlNamespace}"`;
    const root = `${operation.name}Response`;
    const body =
      model.protocol === 'ec2'
        ? `${content}<requestId>${requestId}</requestId>`
        : `${operation.output.isStructSchema() ? `<${operation.name}Result>${content}</${operation.name}Result>` : ''}` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return xmlReply(200, `<${root}${xmlns}>${body}</${root}>`, requestId);
  },

  fail(model, failure, requestId) {
    const members = { Type: failure.fault, Code: failure.wireCode, Message: failure.message, ...failure.members };
    const xmlns = model?.xmlNamespace === undefined ? '' : ` xmlns="${model.xmlNamespace}"`;
    const body =
      model?.protocol === 'ec2'
        ? `<Response><Errors><Error>${xmlElements(members)}</Error></Errors><RequestID>${requestId}</RequestID></Response>`
        : `<ErrorResponse${xmlns}><Error>${xmlElements(members)}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return xmlReply(failure.status, body, requestId);
  },
};

function xmlReply(status: number, body: string, requestId: string) {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>${body}` };
}

function writeXml(schema: NormalizedSchema, value: unknown): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
    xmlNamespace: '',
    serviceNamespace: '',
  });
  serializer.write(schema, value);
  return innerXml(String(serializer.flush()));
}

/** `A.B.1.C=x` as a tree: a node has text, or children by name or by position. */
type FormNode = { text?: string; readonly children: Map<string, FormNode> };

function formTree(form: URLSearchParams): FormNode {
  const root: FormNode = { children: new Map() };
  for (const [key, value] of form) {
    let node = root;
    for (const step of key.split('.')) {
      let next = node.children.get(step);
      if (next === undefined) {
        next = { children: new Map() };
        node.children.set(step, next);
      }
      node = next;
    }
    node.text = value;
  }
  return root;
}

function readNode(schema: NormalizedSchema, node: FormNode, model: ClientModel): unknown {
  if (schema.isStructSchema()) {
    const output: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const child = node.children.get(memberKey(name, member, model));
      if (child !== undefined) {
        output[name] = readNode(member, child, model);
      }
    }
    return output;
  }
  if (schema.isListSchema()) {
    const flat = model.protocol === 'ec2' || Boolean(schema.getMergedTraits().xmlFlattened);
    const items = flat ? node : (node.children.get(itemKey(schema)) ?? node.children.get('member'));
    return byPosition(items).map((item) => readNode(schema.getValueSchema(), item, model));
  }
  if (schema.isMapSchema()) {
    const flat = Boolean(schema.getMergedTraits().xmlFlattened);
    const keyName = String(schema.getKeySchema().getMergedTraits().xmlName ?? 'key');
    const valueName = String(schema.getValueSchema().getMergedTraits().xmlName ?? 'value');
    const entries = byPosition(flat ? node : node.children.get('entry')).flatMap((entry) => {
      const key = entry.children.get(keyName)?.text;
      const value = entry.children.get(valueName);
      return key === undefined || value === undefined ? [] : [[key, readNode(schema.getValueSchema(), value, model)]];
    });
    return Object.fromEntries(entries);
  }
  return readText(schema, node.text ?? '');
}

function memberKey(name: string, member: NormalizedSchema, model: ClientModel): string {
  const { xmlName, ec2QueryName } = member.getMergedTraits();
  if (model.protocol !== 'ec2') {
    return String(xmlName ?? name);
  }
  const key = String(ec2QueryName ?? xmlName ?? name);
  return ec2QueryName === undefined ? key.charAt(0).toUpperCase() + key.slice(1) : key;
}

function itemKey(list: NormalizedSchema): string {
  return String(list.getValueSchema().getMergedTraits().xmlName ?? 'member');
}

/** An empty list is sent as a name without a value, and has no positions. */
function byPosition(node: FormNode | undefined): FormNode[] {
  return [...(node?.children ?? [])].sort(([one], [other]) => Number(one) - Number(other)).map(([, child]) => child);
}
