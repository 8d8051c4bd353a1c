import { InvalidOperationsError } from '../errors.ts';
import { faultsOf, faultText } from '../faults.ts';
import { findConflicts } from './conflicts.ts';
import { Operations } from './schema.ts';

/** Returns the policy, or throws one InvalidOperationsError that reports every fault with file and path. */
export function parseOperations(value: unknown, file = 'operations.yml'): Operations {
  const parsed = Operations.safeParse(value);
  const faults = parsed.success ? findConflicts(parsed.data) : faultsOf(parsed.error.issues, value);
  if (parsed.success && faults.length === 0) return parsed.data;
  const lines = faults.map((fault) => `  ${file} ${faultText(fault)}`);
  const noun = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  throw new InvalidOperationsError(`'${file}' has ${noun}\n${lines.join('\n')}`, {
    hints: [`Mend every line above; editors that know YAML schemas check '${file}' while you type.`],
  });
}
