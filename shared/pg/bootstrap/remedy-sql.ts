import type { BootstrapStep } from './bootstrap-step.ts';
import { connectTo, loginRole, membership, nothingElse, oneOf } from './role-steps.ts';

/**
 * Sees all sessions and ends them, and reads no row. PostgreSQL lets it end no session of a superuser, and none of a
 * worker: that it needs nothing more is what keeps a remedy from doing more.
 */
export function remedySteps(name: string, database: string): BootstrapStep[] {
  return [
    loginRole(name, 'ends a session that keeps all others waiting, where operations.yml lets it'),
    connectTo(name, database),
    nothingElse(name, oneOf(['pg_signal_backend', 'pg_monitor'])),
    membership(name, 'pg_monitor', 'the sessions of other roles, and what they wait for'),
    membership(name, 'pg_signal_backend', 'ends and cancels, never what is of a superuser'),
  ];
}
