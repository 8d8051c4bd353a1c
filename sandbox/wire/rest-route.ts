import type { NormalizedSchema } from '@smithy/core/schema';
import type { WireRequest } from './http.ts';
import type { ClientModel, OperationModel } from './model.ts';
import type { ParseHints } from './protocol.ts';
import { requiredMembers } from './required-members.ts';

export type Route = { readonly operation: OperationModel; readonly labels: Readonly<Record<string, string>> };

/**
 * Finds the operation of a REST request. Where several URI patterns match (`PUT /{Key+}` is PutObject, CopyObject and
 * UploadPart), the literal query members and then the required headers and query members decide.
 */
export function findRoute(
  model: ClientModel,
  request: WireRequest,
  target: { readonly path: string; readonly bucket: string | undefined },
  hints: ParseHints,
): Route | undefined {
  const wanted = request.query.get('x-id');
  let best: { route: Route; rank: number } | undefined;
  for (const operation of model.operations.values()) {
    const pattern = patternOf(operation);
    if (pattern === undefined || pattern.method !== request.method) {
      continue;
    }
    if (
      hints.bucketInPath &&
      operation.input.isStructSchema() &&
      pattern.needsBucket !== (target.bucket !== undefined)
    ) {
      continue;
    }
    const labels = matchPath(pattern, target.path);
    if (
      labels === undefined ||
      !matchesQuery(pattern, request) ||
      !pattern.required.every((key) => has(request, key))
    ) {
      continue;
    }
    const named = wanted !== null && pattern.id === wanted ? 1000 : 0;
    const specific = pattern.query.length * 100 + pattern.required.length * 10 + pattern.literals;
    const rank = named + specific + (hints.implemented(operation.name) ? 0.5 : 0);
    if (best === undefined || rank > best.rank) {
      best = { route: { operation, labels }, rank };
    }
  }
  return best?.route;
}

type Pattern = {
  readonly method: string;
  readonly path: RegExp;
  readonly names: readonly string[];
  readonly literals: number;
  readonly query: readonly (readonly [string, string])[];
  readonly id: string | undefined;
  readonly required: readonly string[];
  readonly needsBucket: boolean;
};

const patterns = new WeakMap<OperationModel, Pattern>();

function patternOf(operation: OperationModel): Pattern | undefined {
  const cached = patterns.get(operation);
  if (cached !== undefined || operation.http === undefined) {
    return cached;
  }
  const pattern = compile(operation, operation.http);
  patterns.set(operation, pattern);
  return pattern;
}

function compile(operation: OperationModel, http: readonly [string, string, number]): Pattern {
  const [method, uri] = http;
  const [path = '/', query = ''] = uri.split('?');
  const names: string[] = [];
  const source = path
    .replace(/\/$/, '')
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const label = /^\{([^}+]+)(\+?)\}$/.exec(part);
      if (label === null) {
        return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      }
      names.push(label[1] ?? '');
      return label[2] === '+' ? '(.+)' : '([^/]+)';
    })
    .join('');
  const literal = new URLSearchParams(query);
  return {
    method,
    path: new RegExp(`^${source}/?$`, 's'),
    names,
    literals: path.split('/').filter((segment) => segment !== '' && !segment.includes('{')).length,
    query: [...literal].filter(([key]) => key !== 'x-id'),
    id: literal.get('x-id') ?? undefined,
    required: requiredBindings(operation.input),
    needsBucket: operation.input.isStructSchema() && operation.input.getMemberSchemas()['Bucket'] !== undefined,
  };
}

/** Names of the headers (with a leading `:`) and query members that the operation cannot do without. */
function requiredBindings(input: NormalizedSchema): string[] {
  return requiredMembers(input).flatMap((name) => {
    const { httpHeader, httpQuery } = input.getMemberSchema(name).getMergedTraits();
    return typeof httpHeader === 'string' ? [`:${httpHeader.toLowerCase()}`] : httpQuery ? [String(httpQuery)] : [];
  });
}

function matchPath(pattern: Pattern, path: string): Record<string, string> | undefined {
  const match = pattern.path.exec(path);
  if (match === null) {
    return undefined;
  }
  return Object.fromEntries(pattern.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]));
}

function matchesQuery(pattern: Pattern, request: WireRequest): boolean {
  return pattern.query.every(
    ([key, value]) => request.query.has(key) && (value === '' || request.query.get(key) === value),
  );
}

function has(request: WireRequest, key: string): boolean {
  return key.startsWith(':') ? request.headers[key.slice(1)] !== undefined : request.query.has(key);
}
