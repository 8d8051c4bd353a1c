import { createRequire } from 'node:module';
import { checkStates } from './check-states.ts';
import { checkVariables } from './check-variables.ts';
import type { Machine } from './definition.ts';
import { InvalidDefinitionError, JsonPathNotSupportedError } from './invalid-definition.ts';

type AslValidator = (
  definition: unknown,
  options: { checkPaths: boolean; checkArn: boolean },
) => { isValid: boolean; errors: { message: string; path?: string; 'Error code'?: string }[] };

const validate: AslValidator = createRequire(import.meta.url)('asl-validator');

/**
 * Reads a definition, as an object or as JSON text, and finds all its faults at once.
 * @throws InvalidDefinitionError
 */
export function loadMachine(definition: unknown): Machine {
  const machine = parse(definition);
  if (machine.QueryLanguage !== 'JSONata') {
    throw new JsonPathNotSupportedError('QueryLanguage');
  }
  const faults = [...checkStates(machine), ...validatorFaults(machine)];
  if (faults.length === 0) {
    faults.push(...checkVariables(machine));
  }
  if (faults.length > 0) {
    throw new InvalidDefinitionError(faults);
  }
  return machine;
}

function parse(definition: unknown): Machine {
  let value = definition;
  try {
    // A copy in any case: asl-validator writes into what it checks, and an execution must not see later changes.
    value = JSON.parse(typeof definition === 'string' ? definition : JSON.stringify(definition));
  } catch (thrown) {
    throw new InvalidDefinitionError([`definition: not JSON: ${String(thrown)}`]);
  }
  if (!isMachine(value)) {
    throw new InvalidDefinitionError(["definition: an object with 'StartAt' and 'States' is required"]);
  }
  return value;
}

function isMachine(value: unknown): value is Machine {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'StartAt') === 'string' &&
    typeof Reflect.get(value, 'States') === 'object' &&
    Reflect.get(value, 'States') !== null
  );
}

function validatorFaults(machine: Machine): string[] {
  const { errors } = validate(structuredClone(machine), { checkPaths: false, checkArn: false });
  return errors.map((error) => `${error.path ?? error['Error code'] ?? 'definition'}: ${error.message}`);
}
