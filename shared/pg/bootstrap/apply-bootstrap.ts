import type { ClientBase } from 'pg';
import { coerceError, OperationError } from '../../errors.ts';
import type { BootstrapStep } from './bootstrap-step.ts';

export type PlannedStep = BootstrapStep & { readonly satisfied: boolean };

export type AppliedStep = {
  readonly title: string;
  /** `refused`: an optional step that the master user has no right to take; `detail` says what PostgreSQL said. */
  readonly outcome: 'present' | 'applied' | 'refused';
  readonly detail?: string;
};

/** A required step failed, or ran and left nothing behind. */
export class BootstrapFailedError extends OperationError {
  override readonly name = 'BootstrapFailedError';
}

/** Any fixed number: two bootstraps of one database wait for one another instead of colliding in IF NOT EXISTS. */
const BOOTSTRAP_LOCK = 7_246_329;

/** Goes before every statement of the bootstrap, printed or applied. */
export const setSearchPath = 'set search_path = pg_catalog, pg_temp';

/** Which steps are satisfied already. Changes nothing. */
export async function planBootstrap(client: ClientBase, steps: readonly BootstrapStep[]): Promise<PlannedStep[]> {
  return await amongBuiltIns(client, async () => {
    const planned: PlannedStep[] = [];
    for (const step of steps) {
      planned.push({ ...step, satisfied: await isSatisfied(client, step) });
    }
    return planned;
  });
}

/** Takes the steps that are not satisfied. Each is a transaction of its own, so a run that was cut off is repeated. */
export async function applyBootstrap(client: ClientBase, steps: readonly BootstrapStep[]): Promise<AppliedStep[]> {
  return await amongBuiltIns(client, async () => {
    await client.query('select pg_catalog.pg_advisory_lock($1)', [BOOTSTRAP_LOCK]);
    try {
      const applied: AppliedStep[] = [];
      for (const step of steps) {
        applied.push(await applyStep(client, step));
      }
      return applied;
    } finally {
      await client.query('select pg_catalog.pg_advisory_unlock($1)', [BOOTSTRAP_LOCK]);
    }
  });
}

/**
 * Whoever may create functions in a schema of the session's path would have them run as the master user: of two that fit
 * a call, PostgreSQL takes the better match, wherever it is. So no schema but the catalogue is looked at.
 */
async function amongBuiltIns<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<[string]>({
    text: `select pg_catalog.current_setting('search_path')`,
    rowMode: 'array',
  });
  await client.query(setSearchPath);
  try {
    return await work();
  } finally {
    await client.query(`select pg_catalog.set_config('search_path', $1, false)`, [rows[0]?.[0]]);
  }
}

async function applyStep(client: ClientBase, step: BootstrapStep): Promise<AppliedStep> {
  if (await isSatisfied(client, step)) {
    return { title: step.title, outcome: 'present' };
  }
  try {
    await client.query(step.sql);
  } catch (error) {
    if (step.optional && isInsufficientPrivilege(error)) {
      return { title: step.title, outcome: 'refused', detail: error.message };
    }
    throw new BootstrapFailedError(`step '${step.title}' of the bootstrap failed: ${coerceError(error).message}`, {
      hints: hintsOf(error),
      cause: error,
    });
  }
  if (!(await isSatisfied(client, step))) {
    if (step.optional && step.left !== undefined) {
      const { rows } = await client.query<[string]>({ text: step.left, rowMode: 'array' });
      const names = rows.map(([name]) => name).join(', ');
      return { title: step.title, outcome: 'refused', detail: `left out, for their owners to do: ${names}` };
    }
    throw new BootstrapFailedError(`step '${step.title}' of the bootstrap ran, but its check still fails`, {
      hints: ['Does the master user lack the grant option for what the step gives?'],
    });
  }
  return { title: step.title, outcome: 'applied' };
}

async function isSatisfied(client: ClientBase, step: BootstrapStep): Promise<boolean> {
  const { rows } = await client.query<[boolean]>({ text: step.check, rowMode: 'array' });
  return rows[0]?.[0] === true;
}

function isInsufficientPrivilege(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === '42501';
}

function hintsOf(error: unknown): string[] {
  return error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? [error.hint] : [];
}
