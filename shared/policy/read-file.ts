import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { InvalidOperationsError } from '../errors.ts';
import type { Operations } from './schema.ts';
import { parseOperations } from './validate.ts';

/** Reads and validates operations.yml where there are files: at package time, in the sandbox, in tests. */
export function readOperationsFile(file: string | URL, name = 'operations.yml'): Operations {
  const document = parseDocument(readFileSync(file, 'utf8'), { uniqueKeys: true });
  if (document.errors.length > 0) {
    const lines = document.errors.map(
      (error) => `  ${name} line ${error.linePos?.[0].line ?? '?'}: ${error.message.split('\n')[0]}`,
    );
    throw new InvalidOperationsError(`'${name}' is not YAML\n${lines.join('\n')}`, { cause: document.errors[0] });
  }
  return parseOperations(document.toJS(), name);
}
