import type { LeaseWatch } from '../contracts/dr-promotion/lease.ts';
import { proposedTiming } from '../domain/lease/lease-timing.ts';
import { majority } from '../domain/lease/register.ts';
import { planGiveBack, planTakeOver, type TakeOver } from '../domain/lease/take-over.ts';
import { observe } from '../domain/lease/watch.ts';
import { OperationError } from '../errors.ts';
import { type Registers, readingsAt, readRegisters, writeRegisters } from './registers.ts';

/** Somebody holds the lease who does not let go of it: a promotion would make two primaries. */
export class LeaseHeldError extends OperationError {
  override readonly name = 'LeaseHeldError';
}

/** Fewer than two of three registers were written. */
export class LeaseNotTakenError extends OperationError {
  override readonly name = 'LeaseNotTakenError';
}

export type TakeOverParts = {
  readonly registers: Registers;
  /** The replica and the primary, each with its region. */
  readonly me: string;
  readonly from: string;
  /** Up to which epoch a confirmed fence of the primary reaches; null without one. */
  readonly fencedEpoch: number | null;
  readonly first: LeaseWatch;
  readonly watch: LeaseWatch;
  /** Milliseconds that the machine has waited: no clock is compared with another one. */
  readonly now: number;
};

async function look({ registers, me, from, fencedEpoch, first, watch, now }: TakeOverParts) {
  const asked = await readRegisters(registers);
  const readings = readingsAt(asked, now);
  const seen = observe(watch, readings);
  const fenced = fencedEpoch === null ? {} : { fenced: { holder: from, epoch: fencedEpoch } };
  const question = { me, from, first, readings, watch: seen, now, waitFor: proposedTiming.waitFor, ...fenced };
  const takeOver: TakeOver = planTakeOver(question);
  if (takeOver.kind === 'held')
    throw new LeaseHeldError(takeOver.reason, {
      hints: ['The primary, or its agent, is alive: look at the executions of keep-lease in its region.'],
    });
  return { asked, seen, takeOver };
}

/** Whether the lease could be taken now. Writes nothing. */
export async function checkTakeOver(parts: TakeOverParts) {
  const { asked, seen, takeOver } = await look(parts);
  return { isOver: takeOver.kind === 'take', watch: seen, silent: asked.silent.map(({ region }) => region).sort() };
}

/** A register whose answer was lost is known by the next look: then it is ours. */
const tries = 3;

/** Takes two of three registers in a higher epoch, or throws. A second call is harmless: what is held is held on. */
export async function takeOver(parts: TakeOverParts): Promise<{ readonly epoch: number; readonly registers: number }> {
  let written = 0;
  let silent: readonly string[] = [];
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const { asked, takeOver: plan } = await look(parts);
    silent = asked.silent.map(({ region }) => region);
    if (plan.kind !== 'take') continue;
    written = (await writeRegisters(parts.registers, plan.pass.writes, asked)).size;
    if (written >= majority) return { epoch: plan.pass.epoch, registers: written };
  }
  throw new LeaseNotTakenError(
    `${written} registers of the lease were written${silent.length === 0 ? '' : `, '${silent.join("', '")}' do not answer`}, two of three are required`,
    { hints: ['Nothing was promoted. Wait until two of the three regions answer, and start it again.'] },
  );
}

/** Makes the registers that were taken the primary's again. A second call is harmless: what is given back is not ours any more. */
export async function giveBack(registers: Registers, me: string, to: string): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const asked = await readRegisters(registers);
    const writes = planGiveBack({ me, to, readings: readingsAt(asked, 0) });
    const written = await writeRegisters(registers, writes, asked);
    const held = [...asked.readings.values()].filter(({ content }) => content.holder === to).length;
    if (held + written.size >= majority) return held + written.size;
  }
  throw new LeaseNotTakenError("two of three registers are not known to be the primary's again", {
    hints: ['Until they are, an enforced lease keeps the applications out of the primary.'],
  });
}
