/** A definition with all its faults, each `place: what is wrong`. */
export class InvalidDefinitionError extends Error {
  override readonly name = 'InvalidDefinitionError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`state machine definition is not valid: ${faults.join('; ')}`);
    this.faults = faults;
  }
}

/** The sandbox interprets JSONata only; AWS also has JSONPath. */
export class JsonPathNotSupportedError extends InvalidDefinitionError {
  constructor(place: string) {
    super([
      `${place}: query language 'JSONPath' is not supported by the sandbox, 'JSONata' is required\nHINT: Set "QueryLanguage": "JSONata" once, at the top of the machine.`,
    ]);
    Object.defineProperty(this, 'name', { value: 'JsonPathNotSupportedError' });
  }
}
