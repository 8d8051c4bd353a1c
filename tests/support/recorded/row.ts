/** Answers of AWS, written as data: what was asked, what AWS answered, and where that was recorded. */
export type Recorded = { readonly case: string; readonly recorded: string };

/** One call of an emulated operation. A string `<0.Name>` in its input is a member of the first answer before it. */
export type Call = {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly region?: string;
};

/** An error by its code, with its whole message when that is known; or members that the answer has, and one it has nowhere. */
export type Answer =
  | { readonly error: string; readonly message?: string }
  | { readonly has: Readonly<Record<string, unknown>>; readonly without?: string };

export type CallRow = Recorded & {
  readonly before?: readonly Call[];
  readonly call: Call;
  readonly answer: Answer;
};

/** The Output of a Pass state. `refused`: the machine is not created, and this is part of why. */
export type ExpressionRow = Recorded & {
  readonly output: unknown;
  readonly input?: unknown;
  readonly answer:
    | { readonly output: unknown }
    | { readonly error: string; readonly cause?: string }
    | { readonly refused: string };
};

/** A machine whose lambda tasks fail with `errors` in turn, hang, or answer `result`. */
export type MachineRow = Recorded & {
  readonly states: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly input?: unknown;
  readonly tasks?: { readonly errors?: readonly string[]; readonly hang?: true; readonly result?: unknown };
  /** Stops the execution when this state is entered. */
  readonly stopIn?: string;
  readonly answer: {
    readonly refused?: string;
    readonly output?: unknown;
    readonly error?: string;
    /** Part of the cause. */
    readonly cause?: string;
    /** Events in a row that the history has. */
    readonly events?: readonly string[];
    readonly withoutEvent?: string;
  };
};

export type PatternRow = Recorded & {
  readonly pattern: unknown;
  /** Absent for a pattern that is refused with this reason. */
  readonly event?: unknown;
  readonly answer: { readonly matches: boolean } | { readonly reason: string };
};
