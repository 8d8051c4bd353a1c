import type { Expression } from 'jsonata';

/**
 * What one evaluation may take. AWS was measured to fail endless recursion, recursion 160 deep, and an array of 900,000
 * numbers, and to take one of 200,000; its own limits are not published.
 */
const mostSteps = 500_000;
const deepest = 300;
const longestArray = 500_000;

/** No JSONata expression can read a variable of this name. */
const budgetName = ' budget';

type Budget = { steps: number; depth: number };
type Frame = { lookup(name: string): unknown };

/** An evaluation beyond its budget. Its message is the cause that the state machine sees. */
class EvaluationLimitError extends Error {
  override readonly name = 'EvaluationLimitError';
}

export function newBudget(): Readonly<Record<string, unknown>> {
  return { [budgetName]: { steps: 0, depth: 0 } satisfies Budget };
}

/** JSONata calls these around each node of the expression: its documented way to bound an evaluation. */
export function boundEvaluation(expression: Expression): void {
  const assign: (name: string | symbol, value: unknown) => void = expression.assign.bind(expression) as never;
  assign(Symbol.for('jsonata.__evaluate_entry'), (_node: unknown, _input: unknown, frame: Frame) => {
    const budget = budgetOf(frame);
    budget.steps += 1;
    budget.depth += 1;
    if (budget.depth > deepest) {
      throw new EvaluationLimitError(
        'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.',
      );
    }
    if (budget.steps > mostSteps) {
      throw new EvaluationLimitError('Expression evaluation timeout: Check for infinite loop');
    }
  });
  assign(Symbol.for('jsonata.__evaluate_exit'), (_node: unknown, _input: unknown, frame: Frame, result: unknown) => {
    budgetOf(frame).depth -= 1;
    if (Array.isArray(result) && result.length > longestArray) {
      throw new EvaluationLimitError(`The expression made an array of ${result.length} values, which is too large.`);
    }
  });
}

function budgetOf(frame: Frame): Budget {
  return frame.lookup(budgetName) as Budget;
}
