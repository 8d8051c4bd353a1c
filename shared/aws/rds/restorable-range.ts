import type { RestoreSource } from '../../contracts/verification.ts';
import { sourceName } from '../../domain/resource/restore-source.ts';
import { whyNotRestorable, windowText } from '../../domain/restore/moment.ts';
import { MomentNotRestorableError } from '../../errors.ts';
import { logger } from '../../logger.ts';
import type { AutomatedBackups } from './automated-backups.ts';

/**
 * The refusal of a moment, with why and with the moments that can be had instead. RDS alone decides; what the range cannot
 * explain stays as RDS has put it.
 */
export async function withAllowedRange(
  error: unknown,
  source: RestoreSource,
  instance: string,
  { backups, now }: { readonly backups: AutomatedBackups; readonly now: Date },
): Promise<unknown> {
  if (!(error instanceof MomentNotRestorableError) || source.kind === 'snapshot') return error;
  const kept = await backups.find(instance).catch((failed: unknown) => {
    logger.warn('the restorable range cannot be read', { instance, failed: String(failed) });
    return undefined;
  });
  if (kept === undefined) return error;
  const isOthers = source.kind === 'replicated-moment' && source.automatedBackupArn !== kept.arn;
  const why = isOthers
    ? `the backups of '${instance}' here are '${kept.arn}'`
    : whyNotRestorable(source.time, kept, now);
  if (why === undefined) return error;
  const range = windowText(kept);
  return new MomentNotRestorableError(
    `${sourceName(source)} of '${instance}' cannot be restored: ${why}; restorable is ${range ?? 'nothing yet'}`,
    {
      hints: [
        range === undefined
          ? 'Wait for the first automated backup.'
          : "Choose a whole second in that range, or 'latest'. Its end moves on about every 5 minutes.",
      ],
      cause: error.cause,
    },
  );
}
