import { recoverySettings } from './archive.ts';
import { type RunningServer, ServerFailedError, type ServerOptions, ServerStarter } from './server.ts';

/** PostgreSQL refuses to promote a server whose log ends before the target. */
const endsEarly = 'recovery ended before configured recovery target was reached';

/**
 * Starts a restored backup and replays the archive: what had committed at `target` is there, what committed after it is
 * not. The archive must reach `target`; then a log without a later transaction has the same state at its end.
 */
export async function recoverToTime(options: ServerOptions, archive: string, target: Date): Promise<RunningServer> {
  const start = (until: Date | undefined) => {
    const role = { ...options.role, ...recoverySettings(archive, until) };
    return new ServerStarter({ ...options, role, recovery: 'recovery.signal' }).start();
  };
  try {
    return await start(target);
  } catch (error) {
    if (!(error instanceof ServerFailedError && error.message.includes(endsEarly))) throw error;
    return await start(undefined);
  }
}
