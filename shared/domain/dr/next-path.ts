/** What this region holds besides a replica: until when each of them has what was committed; null: there is none. */
export type Copies = {
  readonly snapshot: { readonly id: string; readonly takenAt: Date } | null;
  readonly restorableUntil: Date | null;
};

type Place = { readonly database: string; readonly region: string; readonly account: string; readonly stage: string };

/** The way that is left where no replica can be promoted: the newest copy of this region, with its command and its loss. */
export function nextPath({ database, region, account, stage }: Place, copies: Copies, now: Date): string {
  const { snapshot, restorableUntil } = copies;
  const restore = (from: object, what: string, until: Date) =>
    `Restore ${what}, which lacks the last ${Math.max(0, Math.ceil((now.getTime() - until.getTime()) / 1000))} s: aws stepfunctions start-execution --region ${region} --state-machine-arn arn:aws:states:${region}:${account}:stateMachine:restore-${stage} --input '${JSON.stringify(
      { database, from, mode: 'restore', reason: '<why>' },
    )}'. It wants "place", too, where nobody can look at the primary: docs/runbooks/restore.md.`;
  if (restorableUntil !== null && (snapshot === null || restorableUntil >= snapshot.takenAt))
    return restore({ at: 'latest' }, 'the replicated automated backups', restorableUntil);
  return snapshot === null
    ? `${region} holds neither a proven snapshot nor automated backups of it: the recovery page of '${database}' names the ways back in other regions.`
    : restore({ snapshot: snapshot.id }, `the newest proven snapshot '${snapshot.id}'`, snapshot.takenAt);
}
