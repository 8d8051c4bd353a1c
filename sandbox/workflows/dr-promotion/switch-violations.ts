import type { FailbackResult } from '../../../shared/contracts/dr-failback/dr-failback.ts';
import type { PromotionRecord, PromotionResult } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { accountOf } from './account.ts';
import type { SideWrite } from './one-side.ts';

/** What can be seen of both sides after a run, whatever it says of itself. */
export type BothSides = {
  /** As RDS says: what was to become the primary is one. */
  readonly isSwitched: boolean;
  /** It is backed up and protected from deletion. */
  readonly isHardened: boolean;
  /** Why a new connection with the credentials of before is refused; null: a row was taken. */
  readonly oldRefusal: string | null;
  readonly newRefusal: string | null;
  /** A connection to the old primary that was open before the run took a row. */
  readonly isOpenConnectionTaken: boolean;
  readonly holder: string | null;
  /** Where the name leads. */
  readonly target: string | null;
  /** When it was first seen to lead to the new primary; null: never. */
  readonly turnedAt: number | null;
  /** Somebody heard that it ended badly: at the highest severity, or by an alarm of the machine. */
  readonly isPaged: boolean;
  readonly oldWrites: readonly SideWrite[];
  readonly newWrites: readonly SideWrite[];
  /** Ids on what was to become the primary. */
  readonly there: ReadonlySet<number>;
};

/** Holders of the lease before and after, and where the name leads then. */
export type Expected = { readonly old: string; readonly new: string; readonly target: string };

/** What a record says; one of a failback declares a loss of nothing. */
export type Said = Pick<
  PromotionRecord,
  'severity' | 'fence' | 'lossSeconds' | 'confirmed' | 'nameFailure' | 'hardenFailure' | 'left'
> & {
  readonly result: PromotionResult | FailbackResult;
  /** What could not be recorded is known by the history of its execution; its loss is declared all the same. */
  readonly isRecorded: boolean;
  /** From when on the name may lead to the new primary; null: it may not. */
  readonly mayTurnAt: string | null;
};

/** Never two writers, nothing lost that is not declared, and none without a page: whatever the run says. */
export function safetyViolations(said: Said | undefined, world: BothSides): string[] {
  const { oldRefusal, newRefusal, isOpenConnectionTaken, isPaged, oldWrites, newWrites, there, isSwitched } = world;
  const firstNew = newWrites[0]?.at ?? Number.POSITIVE_INFINITY;
  const second = oldWrites.filter(({ sentAt }) => sentAt > firstNew);
  const isNewOpen = newRefusal === null;
  // What a person states is his own word.
  const kept =
    said?.fence != null && said.fence.kind !== 'stated down' && isSwitched
      ? Date.parse(said.fence.at)
      : Number.POSITIVE_INFINITY;
  const late = oldWrites.filter(({ sentAt }) => sentAt > kept);
  const { unexplained } =
    isSwitched && isNewOpen
      ? accountOf(oldWrites, there, { fence: said?.fence ?? null, lossSeconds: said?.lossSeconds ?? null })
      : { unexplained: [] };
  return [
    ...(second.length > 0
      ? [`two writers: ${second.length} rows on the old primary after the new one took its first`]
      : []),
    ...(late.length > 0
      ? [`the old primary took ${late.length} rows after it was said to be '${said?.fence?.kind}'`]
      : []),
    ...(isNewOpen && oldRefusal === null ? ['two writers: both take the credentials of before'] : []),
    ...(isNewOpen && isOpenConnectionTaken ? ['two writers: a connection to the old primary is still open'] : []),
    ...(unexplained.length > 0
      ? [`${unexplained.length} rows are neither on the new primary nor in the declared loss of ${said?.lossSeconds} s`]
      : []),
    ...(!isNewOpen && oldRefusal !== null && !isPaged
      ? [`none can be written to and nobody was paged (${oldRefusal}; ${newRefusal})`]
      : []),
  ];
}

/** Whether what it says is so. */
export function saidViolations(said: Said, world: BothSides, expected: Expected): string[] {
  const { isSwitched, oldRefusal, newRefusal, holder, target } = world;
  const { result, severity, confirmed, nameFailure, left, lossSeconds } = said;
  const is = (problem: boolean, what: string) => (problem ? [`'${result}', and ${what}`] : []);
  const { turnedAt } = world;
  const early =
    turnedAt !== null && (said.mayTurnAt === null || turnedAt < Date.parse(said.mayTurnAt))
      ? ['the name led to an instance that nobody had verified']
      : [];
  const saysHow = left.some((one) => one.includes('gameday.lift_fence('));
  switch (result) {
    case 'planned':
    case 'refused':
    case 'undone':
    case 'stopped':
    case 'rebuilt':
      return [
        ...early,
        ...is(isSwitched, 'there is another primary'),
        ...is(oldRefusal !== null, `the primary refuses the application: ${oldRefusal}`),
        ...is(holder !== expected.old, `the lease is '${holder}'s`),
      ];
    case 'not undone':
      return [
        ...early,
        ...is(isSwitched, 'there is another primary'),
        ...is(severity !== 'P1', `its severity is ${severity}`),
        ...is(!saysHow, 'nobody is told how to lift the fence'),
      ];
    case 'promoted':
    case 'failed back':
      return [
        ...is(!isSwitched, 'the replica is one still'),
        ...is(newRefusal !== null, `the new primary refuses the application: ${newRefusal}`),
        ...is(oldRefusal === null, 'the old primary takes rows'),
        ...is(holder !== expected.new, `the lease is '${holder}'s`),
        ...is(
          said.isRecorded && said.hardenFailure === null && !world.isHardened,
          'it has no backups, or may be deleted',
        ),
        ...is(lossSeconds === null, 'no loss is declared'),
        ...is(
          said.isRecorded && lossSeconds === 0 && said.fence?.kind !== 'fenced',
          'it says that nothing is lost of a primary that nobody reached',
        ),
        ...early,
        ...is(said.isRecorded && confirmed === null && nameFailure === null, 'no client has confirmed it'),
        ...is(confirmed !== null && target !== expected.target, `the name leads to '${target}'`),
      ];
    case 'unfinished':
      return [
        ...early,
        ...is(oldRefusal === null, 'the old primary takes rows'),
        ...is(severity !== 'P1', `its severity is ${severity}`),
        ...is(!saysHow, 'nobody is told how to let the applications in'),
      ];
  }
}
