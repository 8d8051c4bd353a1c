/** What a rule's target receives: the event, a constant, a part of the event, or a template filled from it. */
export type TargetInput = {
  readonly Input?: string | undefined;
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | {
        readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
        readonly InputTemplate: string | undefined;
      }
    | undefined;
};

export function targetInput(target: TargetInput, event: Readonly<Record<string, unknown>>): string {
  if (target.Input !== undefined) {
    return target.Input;
  }
  if (target.InputPath !== undefined) {
    return JSON.stringify(atPath(target.InputPath, event));
  }
  if (target.InputTransformer !== undefined) {
    const paths = target.InputTransformer.InputPathsMap ?? {};
    return fillTemplate(target.InputTransformer.InputTemplate ?? '', (name) => {
      if (name === 'aws.events.event.json' || name === 'aws.events.event') {
        return event;
      }
      if (name === 'aws.events.event.ingestion-time') {
        return event['time'];
      }
      const path = paths[name];
      return path === undefined ? undefined : atPath(path, event);
    });
  }
  return JSON.stringify(event);
}

/** Inside a JSON string a placeholder is replaced by text, elsewhere by a JSON value, as EventBridge does. */
function fillTemplate(template: string, value: (name: string) => unknown): string {
  let inString = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (found, name: string | undefined) => {
    if (found === '"') {
      inString = !inString;
    }
    if (name === undefined) {
      return found;
    }
    const filled = value(name);
    if (!inString) {
      return JSON.stringify(filled ?? '');
    }
    const text = typeof filled === 'string' ? filled : JSON.stringify(filled ?? '');
    return JSON.stringify(text).slice(1, -1);
  });
}

/** `$.detail.items[0].name`: the simple paths that EventBridge allows here. */
function atPath(path: string, event: unknown): unknown {
  const steps = [...path.replace(/^\$/, '').matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g)];
  return steps.reduce<unknown>((value, [, name, index, quoted]) => {
    const step = name ?? quoted ?? index ?? '';
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  }, event);
}
