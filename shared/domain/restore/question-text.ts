import type { RestorePlan, RestoreQuestion } from '../../contracts/restore/restore.ts';
import type { TableDifference } from '../../contracts/restore/selected-objects.ts';

type Asked = {
  readonly question: RestoreQuestion;
  readonly plan: RestorePlan;
  readonly endpoint: string | null;
  readonly statuses: Readonly<Record<string, string>>;
  readonly rows: readonly TableDifference[];
};

/** What a person is asked, with all that is needed to answer it. */
export function questionText({ question, plan, endpoint, statuses, rows }: Asked, secretArn: string): string {
  const { database, candidateId, backupName, newestMoment, price, settings, reason, notes } = plan;
  const what = `'${database}' from ${backupName ?? 'nothing'} (${newestMoment ?? 'of no moment'})`;
  const cost = `${price.day ?? 'an unknown sum of'} ${price.currency} a day, ${price.month ?? 'unknown'} a month`;
  const noted = notes.map((note) => `- ${note}`);
  if (question === 'approval')
    return [
      `May ${what} be restored into the new instance '${candidateId}' (${settings?.instanceClass ?? 'unknown class'})?`,
      `It costs ${cost}, until somebody deletes it. The source is not touched.`,
      `Reason: ${reason ?? 'none was given'}`,
      ...noted,
    ].join('\n');
  if (question === 'merge')
    return [
      `May these rows of ${what} be merged into the live tables?`,
      ...rows.map(
        ({ table, missing, differing, surplus }) =>
          `- ${table}: ${missing} are missing, ${differing} differ, ${surplus} are only in the live table and ${plan.objects?.surplus === 'delete' ? 'are DELETED' : 'stay'}`,
      ),
      `Writers of these tables wait at most ${plan.objects?.lockMilliseconds ?? 0} ms. It can be taken back for ${plan.objects?.undoDays ?? 0} days.`,
    ].join('\n');
  const bad = Object.entries(statuses).filter(([, status]) => status !== 'passed');
  return [
    `${what} is restored into '${candidateId}'.`,
    bad.length === 0
      ? `All of ${Object.keys(statuses).length} checks passed.`
      : `Of ${Object.keys(statuses).length} checks not passed: ${bad.map(([name, status]) => `${name} (${status})`).join(', ')}.`,
    `Look at it: psql "host=${endpoint?.split(':')[0] ?? ''} port=${endpoint?.split(':')[1] ?? ''} dbname=… sslmode=verify-full options='-c default_transaction_read_only=on'"`,
    `User and password: secret ${secretArn}; it has the passwords of its moment.`,
    `It costs ${cost}. Give it up or hand it over.`,
    ...noted,
  ].join('\n');
}
