import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { InvalidOperationsError } from '../errors.ts';
import type { Operations } from './schema.ts';
import { parseOperations } from './validate.ts';

const remedy = "Take it back from your version control, or begin with the one of this project's repository.";

function readText(file: string | URL, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const what = isMissing ? 'is not there' : 'cannot be read';
    throw new InvalidOperationsError(`'${name}' ${what}, a policy is required`, { hints: [remedy], cause: error });
  }
}

/** Reads and validates operations.yml where there are files: at package time, in the sandbox, in tests. */
export function readOperationsFile(file: string | URL, name = 'operations.yml'): Operations {
  const document = parseDocument(readText(file, name), { uniqueKeys: true });
  if (document.errors.length > 0) {
    const lines = document.errors.map(
      (error) => `  ${name} line ${error.linePos?.[0].line ?? '?'}: ${error.message.split('\n')[0]}`,
    );
    throw new InvalidOperationsError(`'${name}' is not YAML\n${lines.join('\n')}`, {
      hints: ['Mend the line, or take the file back from your version control.'],
      cause: document.errors[0],
    });
  }
  const value: unknown = document.toJS();
  if (value === null || value === undefined) {
    throw new InvalidOperationsError(`'${name}' is empty, a policy is required`, { hints: [remedy] });
  }
  return parseOperations(value, name);
}
