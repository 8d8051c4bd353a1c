import type { PromotionRecord } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { accountOf } from './account.ts';
import type { SideWrite } from './one-side.ts';

/** What can be seen of both sides after a run, whatever it says of itself. */
export type BothSides = {
  /** As RDS of the second region says. */
  readonly isReplica: boolean;
  /** Why a new connection with the credentials of before is refused; null: a row was taken. */
  readonly oldRefusal: string | null;
  readonly newRefusal: string | null;
  /** A connection to the old primary that was open before the run took a row. */
  readonly isOpenConnectionTaken: boolean;
  readonly holder: string | null;
  /** Where the name leads. */
  readonly target: string | null;
  /** Somebody heard that it ended badly: at the highest severity, or by an alarm of the machine. */
  readonly isPaged: boolean;
  readonly oldWrites: readonly SideWrite[];
  readonly newWrites: readonly SideWrite[];
  readonly there: ReadonlySet<number>;
};

export type Expected = {
  readonly primary: string;
  readonly replica: string;
  readonly secondTarget: string;
};

type Said = Pick<
  PromotionRecord,
  'result' | 'severity' | 'fence' | 'lossSeconds' | 'confirmed' | 'nameFailure' | 'hardenFailure' | 'left'
>;

/** Never two writers, nothing lost that is not declared, and none without a page: whatever the run says. */
export function safetyViolations(said: Said | undefined, world: BothSides): string[] {
  const { oldRefusal, newRefusal, isOpenConnectionTaken, isPaged, oldWrites, newWrites, there, isReplica } = world;
  const firstNew = newWrites[0]?.at ?? Number.POSITIVE_INFINITY;
  const second = oldWrites.filter(({ sentAt }) => sentAt > firstNew);
  const isNewOpen = newRefusal === null;
  const unexplained =
    said === undefined || (said.result !== 'promoted' && said.result !== 'unfinished')
      ? []
      : accountOf(oldWrites, there, said).unexplained;
  return [
    ...(second.length > 0
      ? [`two writers: ${second.length} rows on the old primary after the new one took its first`]
      : []),
    ...(isNewOpen && oldRefusal === null ? ['two writers: both take the credentials of before'] : []),
    ...(isNewOpen && isOpenConnectionTaken ? ['two writers: a connection to the old primary is still open'] : []),
    ...(!isReplica && unexplained.length > 0
      ? [`${unexplained.length} rows are neither on the new primary nor in the declared loss of ${said?.lossSeconds} s`]
      : []),
    ...(!isNewOpen && oldRefusal !== null && !isPaged
      ? [`none can be written to and nobody was paged (${oldRefusal}; ${newRefusal})`]
      : []),
  ];
}

/** Whether what it says is so. */
export function saidViolations(said: Said, world: BothSides, { primary, replica, secondTarget }: Expected): string[] {
  const { isReplica, oldRefusal, newRefusal, holder, target } = world;
  const { result, severity, confirmed, nameFailure, left } = said;
  const is = (problem: boolean, what: string) => (problem ? [`'${result}', and ${what}`] : []);
  switch (result) {
    case 'planned':
    case 'refused':
    case 'undone':
      return [
        ...is(!isReplica, 'the replica is none any more'),
        ...is(oldRefusal !== null, `the primary refuses the application: ${oldRefusal}`),
        ...is(holder !== primary, `the lease is '${holder}'s`),
      ];
    case 'not undone':
      return [
        ...is(!isReplica, 'the replica is none any more'),
        ...is(severity !== 'P1', `its severity is ${severity}`),
        ...is(!left.some((one) => /lift_fence/.test(one)), 'nobody is told how to lift the fence'),
      ];
    case 'promoted':
      return [
        ...is(isReplica, 'the replica is one still'),
        ...is(newRefusal !== null, `the new primary refuses the application: ${newRefusal}`),
        ...is(oldRefusal === null, 'the old primary takes rows'),
        ...is(holder !== replica, `the lease is '${holder}'s`),
        ...is(said.lossSeconds === null, 'no loss is declared'),
        ...is(confirmed === null && nameFailure === null, 'no client has confirmed it'),
        ...is(confirmed !== null && target !== secondTarget, `the name leads to '${target}'`),
      ];
    case 'unfinished':
      return [
        ...is(oldRefusal === null, 'the old primary takes rows'),
        ...is(severity !== 'P1', `its severity is ${severity}`),
        ...is(!left.some((one) => /lift_fence/.test(one)), 'nobody is told how to let the applications in'),
      ];
  }
}
