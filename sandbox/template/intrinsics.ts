import { arnOf, nameOf, refOf } from './names.ts';
import type { RawTemplate, Resource, StackContext } from './resource.ts';

/** Resolves CloudFormation's intrinsic functions over one template in one stack. */
export type Resolver = {
  resolve(value: unknown): unknown;
  condition(name: string): boolean;
  name(logicalId: string): string;
  arn(logicalId: string): string | undefined;
};

/** `Ref: AWS::NoValue`: the property is as if it were not written. */
const NO_VALUE = Symbol('AWS::NoValue');

export function makeResolver(template: RawTemplate, context: StackContext): Resolver {
  const names = new Map<string, string>();
  const conditions = new Map<string, boolean>();

  function resource(logicalId: string): Resource {
    const found = template.Resources[logicalId];
    if (found === undefined) {
      throw new Error(`template refers to '${logicalId}', which is no resource, parameter or pseudo parameter of it`);
    }
    return found;
  }

  function name(logicalId: string): string {
    const known = names.get(logicalId);
    if (known !== undefined) {
      return known;
    }
    // First without its explicit name, so that a name that refers to its own resource ends instead of recursing.
    names.set(logicalId, logicalId);
    const computed = nameOf(
      context,
      logicalId,
      { ...resource(logicalId), Properties: resource(logicalId).Properties ?? {} },
      resolve,
    );
    names.set(logicalId, computed);
    return computed;
  }

  function arn(logicalId: string): string | undefined {
    return arnOf(context, resource(logicalId).Type, name(logicalId));
  }

  function reference(target: string): unknown {
    const pseudo: Readonly<Record<string, unknown>> = {
      'AWS::Region': context.region,
      'AWS::AccountId': context.account,
      'AWS::Partition': context.partition,
      'AWS::StackName': context.stackName,
      'AWS::StackId': `arn:${context.partition}:cloudformation:${context.region}:${context.account}:stack/${context.stackName}/sandbox`,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::NotificationARNs': [],
      'AWS::NoValue': NO_VALUE,
    };
    if (target in pseudo) {
      return pseudo[target];
    }
    const parameter = template.Parameters?.[target];
    if (parameter !== undefined) {
      return context.parameters[target] ?? parameter.Default;
    }
    return refOf(context, resource(target).Type, name(target));
  }

  function attribute(logicalId: string, attributeName: string): unknown {
    const { Type } = resource(logicalId);
    if (/Arn$/.test(attributeName)) {
      const found = arn(logicalId);
      if (found === undefined) {
        throw new Error(`template asks for '${logicalId}.${attributeName}', the sandbox knows no ARN of ${Type}`);
      }
      return found;
    }
    switch (attributeName) {
      case 'Name':
      case 'TopicName':
      case 'RoleName':
      case 'QueueName':
        return name(logicalId);
      case 'FunctionUrl':
        // AWS invents the first label; the sandbox serves it on loopback.
        return `https://${name(logicalId).toLowerCase()}.lambda-url.${context.region}.on.aws/`;
      case 'DomainName':
      case 'RegionalDomainName':
        return `${name(logicalId)}.s3.${context.region}.amazonaws.com`;
      default:
        // An id that AWS invents: stable, recognisable, and never the name of something else.
        return `${name(logicalId)}-${attributeName}`;
    }
  }

  function substitute(text: string, variables: Readonly<Record<string, unknown>>): string {
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, key: string) => {
      if (literal === '!') {
        return `\${${key}}`;
      }
      const trimmed = key.trim();
      const given = variables[trimmed];
      if (given !== undefined) {
        return String(resolve(given));
      }
      const dot = trimmed.indexOf('.');
      return String(dot < 0 ? reference(trimmed) : attribute(trimmed.slice(0, dot), trimmed.slice(dot + 1)));
    });
  }

  function condition(conditionName: string): boolean {
    const known = conditions.get(conditionName);
    if (known !== undefined) {
      return known;
    }
    const definition = template.Conditions?.[conditionName];
    if (definition === undefined) {
      throw new Error(`template uses the condition '${conditionName}', which it does not declare`);
    }
    const value = resolve(definition) === true;
    conditions.set(conditionName, value);
    return value;
  }

  function call(fn: string, argument: unknown): unknown {
    const list = Array.isArray(argument) ? argument : [];
    switch (fn) {
      case 'Ref':
        return reference(String(argument));
      case 'Condition':
        return condition(String(argument));
      case 'Fn::GetAtt': {
        const [logicalId = '', ...path] = Array.isArray(argument)
          ? argument.map((step) => String(resolve(step)))
          : String(argument).split('.');
        return attribute(logicalId, path.join('.'));
      }
      case 'Fn::Sub':
        return typeof argument === 'string'
          ? substitute(argument, {})
          : substitute(String(list[0]), (list[1] ?? {}) as Record<string, unknown>);
      case 'Fn::Join':
        return asList(resolve(list[1])).map(String).join(String(list[0]));
      case 'Fn::Split':
        return String(resolve(list[1])).split(String(list[0]));
      case 'Fn::Select':
        return asList(resolve(list[1]))[Number(resolve(list[0]))];
      case 'Fn::If':
        return resolve(condition(String(list[0])) ? list[1] : list[2]);
      case 'Fn::Equals':
        return String(resolve(list[0])) === String(resolve(list[1]));
      case 'Fn::And':
        return list.every((one) => resolve(one) === true);
      case 'Fn::Or':
        return list.some((one) => resolve(one) === true);
      case 'Fn::Not':
        return resolve(list[0]) !== true;
      case 'Fn::FindInMap': {
        const [map, top, second] = list.map((one) => String(resolve(one)));
        return resolve(template.Mappings?.[map ?? '']?.[top ?? '']?.[second ?? '']);
      }
      case 'Fn::Base64':
        return Buffer.from(String(resolve(argument))).toString('base64');
      case 'Fn::ToJsonString':
        return JSON.stringify(resolve(argument));
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => `${String(resolve(argument)) || context.region}${zone}`);
      default:
        throw new Error(`template uses '${fn}', which the sandbox does not resolve`);
    }
  }

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(resolve).filter((item) => item !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && isIntrinsic(only[0], only[1])) {
      return call(only[0], only[1]);
    }
    return Object.fromEntries(
      entries.map(([key, item]) => [key, resolve(item)]).filter(([, item]) => item !== NO_VALUE),
    );
  }

  return { resolve, condition, name, arn };
}

/** `Condition` is also a block of an IAM statement; only a string under it names a condition of the template. */
function isIntrinsic(key: string, argument: unknown): boolean {
  return key === 'Ref' || key.startsWith('Fn::') || (key === 'Condition' && typeof argument === 'string');
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
