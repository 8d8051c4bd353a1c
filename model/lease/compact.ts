import type { LeaseTiming } from '../../shared/domain/lease/lease-timing.ts';
import type { LeaseRegister } from '../../shared/domain/lease/register.ts';
import { registers } from './schedule.ts';
import type { State } from './small-world.ts';

/**
 * The same text for states that cannot be told apart: time counts from now, and what lies further back than any rule looks is
 * equally long ago; of epochs the lowest is 0; of counters only which are equal matters.
 */
export function compact({ now, contents, agents, late, faults, crashes }: State, timing: LeaseTiming): string {
  const lateWrites = late.flatMap((one) => (one.kind === 'write' ? [one.write] : []));
  const plannedWrites = agents.flatMap(({ planned }) => planned?.plan.writes ?? []);
  const writes = [...lateWrites, ...plannedWrites];
  const known = registers.map((register, place) => [
    ...contents.slice(place, place + 1),
    ...agents.flatMap(({ watch }) => (watch[register] === undefined ? [] : [watch[register].content])),
    ...writes.filter((write) => write.register === register).flatMap(({ ifContent, content }) => [ifContent, content]),
  ]);
  const lowest = Math.min(
    ...known
      .flat()
      .map(({ epoch }) => epoch)
      .filter((epoch) => epoch >= 0),
  );
  const counters = known.map((all) => [...new Set(all.map(({ counter }) => counter))].sort((a, b) => a - b));
  const name = (place: number, { epoch, holder, counter }: LeaseRegister) =>
    `${epoch - lowest}${holder ?? '-'}${counters[place]?.indexOf(counter)}`;
  const ago = (time: number) => Math.max(time - now, -timing.waitFor - timing.holdFor - timing.deadManDelay - 2);
  const write = ({ register, ifContent, content }: (typeof writes)[number]) => {
    const place = registers.indexOf(register as (typeof registers)[number]);
    return `${place}${name(place, ifContent)}>${name(place, content)}`;
  };
  const agentTexts = agents.map(({ watch, planned, hasActed, cut, validity }) =>
    [
      registers.map((register, place) => {
        const seen = watch[register];
        return seen === undefined ? '' : `${name(place, seen.content)}@${ago(seen.since)}`;
      }),
      planned === undefined
        ? ''
        : `${planned.plan.kind}${planned.plan.epoch - lowest}@${ago(planned.startedAt)}${planned.plan.writes.map(write)}`,
      hasActed ? 1 : 0,
      cut,
      Math.max(validity.epoch - lowest, -2),
      Math.max(ago(validity.until), -timing.deadManDelay - 1),
      Math.max(validity.fencedEpoch - lowest, -2),
    ].join(';'),
  );
  const lateTexts = late.map((one) =>
    one.kind === 'write' ? write(one.write) : `${one.agent}${one.epoch - lowest}@${ago(one.until)}`,
  );
  return [
    contents.map((content, place) => name(place, content)),
    agentTexts.join('|'),
    lateTexts.sort(),
    faults,
    crashes,
  ].join('/');
}
