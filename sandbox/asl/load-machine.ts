import { InvalidDefinitionError, JsonPathNotSupportedError } from './check/invalid-definition.ts';
import { checkStates } from './check/states.ts';
import { checkTransitions } from './check/transitions.ts';
import { checkVariables } from './check/variables.ts';
import type { Machine } from './definition.ts';

/**
 * Reads a definition, as an object or as JSON text, and finds all its faults at once.
 * @throws InvalidDefinitionError
 */
export function loadMachine(definition: unknown): Machine {
  const machine = parse(definition);
  if (machine.QueryLanguage !== 'JSONata') {
    throw new JsonPathNotSupportedError('QueryLanguage');
  }
  const faults = checkStates(machine);
  if (faults.length === 0) {
    faults.push(...checkTransitions(machine), ...checkVariables(machine));
  }
  if (faults.length > 0) {
    throw new InvalidDefinitionError(faults);
  }
  return machine;
}

function parse(definition: unknown): Machine {
  let value = definition;
  try {
    // A copy in any case: an execution must not see later changes.
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
