// One template becomes the stage's own stack and those nested in it. A reference between two stacks becomes the ARN or the
// name that the resource has; what lives in the stage's own stack and has a name from AWS is handed in as a parameter.
export const NESTED = 'AWS::CloudFormation::Stack';

/**
 * `stackOf` answers in which nested stack a resource lives, or undefined for the stage's own. `urlOf` is where
 * CloudFormation finds a nested template.
 */
export function splitStacks(template, stackOf, urlOf) {
  const homes = new Map(Object.keys(template.Resources).map((id) => [id, stackOf(id)]));
  const names = [...new Set(homes.values())].filter((name) => name !== undefined).sort();
  const own = makeStack(template, homes, undefined);
  const nested = new Map(names.map((name) => [name, makeStack(template, homes, name)]));
  const root = { ...template, Resources: own.resources, Outputs: own.move(template.Outputs ?? {}, 'Outputs') };
  for (const [name, { parameters, dependsOn }] of nested) {
    const id = stackId(name);
    if (root.Resources[id] !== undefined) throw new Error(`stack '${name}' has the logical id of a resource, '${id}'`);
    root.Resources[id] = {
      Type: NESTED,
      Properties: { TemplateURL: urlOf(fileOf(name)), Parameters: Object.fromEntries(parameters) },
      ...(dependsOn.size === 0 ? {} : { DependsOn: [...dependsOn] }),
    };
  }
  const templates = [...nested].map(([name, { resources, parameters }]) => [
    fileOf(name),
    {
      AWSTemplateFormatVersion: template.AWSTemplateFormatVersion,
      Description: `${template.Description ?? ''} (${name})`.trim(),
      Parameters: Object.fromEntries([...parameters.keys()].map((parameter) => [parameter, { Type: 'String' }])),
      Conditions: template.Conditions ?? {},
      Resources: resources,
    },
  ]);
  return { root, nested: new Map(templates) };
}

export const fileOf = (stack) => `stack-${stack}.json`;
const stackId = (stack) => `${stack.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter) => letter.toUpperCase())}Stack`;

function makeStack(template, homes, home) {
  const parameters = new Map();
  const dependsOn = new Set();
  const isForeign = (id) => homes.has(id) && homes.get(id) !== home;
  const label = (name) => (name === undefined ? "the stage's own stack" : `stack '${name}'`);

  /** What stands for a reference to a resource of another stack: a text for Fn::Sub. */
  function foreign(id, attribute, from) {
    const byName = nameOf(template.Resources[id], attribute);
    if (homes.get(id) === undefined) {
      if (template.Resources[id].Condition !== undefined)
        throw new Error(`'${from}' of ${label(home)} refers to '${id}', which is not always there`);
      const parameter = attribute === undefined ? id : `${id}${attribute.replaceAll('.', '')}`;
      if (template.Resources[parameter] !== undefined && parameter !== id)
        throw new Error(`parameter '${parameter}' has the logical id of a resource`);
      parameters.set(parameter, attribute === undefined ? { Ref: id } : { 'Fn::GetAtt': [id, attribute] });
      return `\${${parameter}}`;
    }
    if (byName === undefined)
      throw new Error(
        `'${from}' of ${label(home)} refers to '${id}' of ${label(homes.get(id))}, which has no name that can be written`,
      );
    return byName;
  }

  /** One parameter stands alone, all else is composed. */
  const composed = (text) => {
    const [, parameter] = /^\$\{(\w+)\}$/.exec(text) ?? [];
    return parameter === undefined ? (text.includes('${') ? { 'Fn::Sub': text } : text) : { Ref: parameter };
  };

  function move(value, from) {
    if (Array.isArray(value)) return value.map((one) => move(one, from));
    if (typeof value !== 'object' || value === null) return value;
    const [[key, argument] = [], ...others] = Object.entries(value);
    if (others.length === 0) {
      if (key === 'Ref' && isForeign(argument)) return composed(foreign(argument, undefined, from));
      if (key === 'Fn::GetAtt') {
        const [id, ...path] = Array.isArray(argument) ? argument : String(argument).split('.');
        if (isForeign(id)) return composed(foreign(id, path.join('.'), from));
      }
      if (key === 'Fn::Sub') return { 'Fn::Sub': substituted(argument, from) };
    }
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, move(one, from)]));
  }

  function substituted(argument, from) {
    const [text, variables = {}] = Array.isArray(argument) ? argument : [argument];
    const moved = text.replace(/\$\{([^!}][^}]*)\}/g, (whole, key) => {
      const [id, ...path] = key.trim().split('.');
      if (Object.hasOwn(variables, key.trim()) || !isForeign(id)) return whole;
      return foreign(id, path.length === 0 ? undefined : path.join('.'), from);
    });
    return Array.isArray(argument) ? [moved, move(variables, from)] : moved;
  }

  const resources = Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([id]) => homes.get(id) === home)
      .map(([id, { DependsOn = [], ...resource }]) => {
        const wanted = [DependsOn].flat();
        for (const other of wanted.filter(isForeign)) {
          if (homes.get(other) !== undefined || home === undefined)
            throw new Error(`'${id}' of ${label(home)} depends on '${other}' of ${label(homes.get(other))}`);
          dependsOn.add(other);
        }
        const kept = wanted.filter((other) => !isForeign(other));
        return [id, { ...move(resource, id), ...(kept.length === 0 ? {} : { DependsOn: kept }) }];
      }),
  );
  return { resources, parameters, dependsOn, move };
}

const arn = (service, rest) => `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`;

/** Types whose references follow from a name that is written in the template. */
const named = {
  'AWS::Lambda::Function': ['FunctionName', { Arn: (name) => arn('lambda', `function:${name}`), Ref: (name) => name }],
  'AWS::StepFunctions::StateMachine': [
    'StateMachineName',
    {
      Arn: (name) => arn('states', `stateMachine:${name}`),
      Ref: (name) => arn('states', `stateMachine:${name}`),
      Name: (name) => name,
    },
  ],
  'AWS::CloudWatch::Alarm': ['AlarmName', { Arn: (name) => arn('cloudwatch', `alarm:${name}`), Ref: (name) => name }],
};

function nameOf({ Type, Properties = {} }, attribute = 'Ref') {
  const [property, attributes] = named[Type] ?? [];
  const name = Properties[property];
  return typeof name === 'string' ? attributes[attribute]?.(name) : undefined;
}
