import { setTimeout as wait } from 'node:timers/promises';
import type { Deliveries } from '../contracts/alert/alert.ts';
import type { Channel } from '../contracts/notification.ts';
import { receiverPauses } from '../deadlines.ts';
import { isSent, mayTry, settledAs, tried } from '../domain/alert/deliveries.ts';
import { coerceError, NotificationUndeliveredError, ReceiverUnavailableError } from '../errors.ts';

/** One receiver of a step: a channel, or a person on it. */
export type Target = {
  readonly channel: Channel;
  /** The same each time that the step is tried. */
  readonly address: string;
  /** Asked only when nobody else was reached. */
  readonly isSubstitute: boolean;
  /** `undelivered` says what others could not take. */
  send(undelivered: readonly string[]): Promise<void>;
};

/** What was tried of a step so far; changed before and after each try, also by a call that runs beside this one. */
export type DeliveryLog = {
  /** Undefined when the change does not want to be made. */
  change(how: (deliveries: Deliveries) => Deliveries | undefined): Promise<Deliveries | undefined>;
};

export type Asked = {
  readonly delivered: readonly Channel[];
  readonly failed: readonly Channel[];
  readonly problems: readonly string[];
};

/** In one call; a call after it goes on counting where this one has ended. */
const triesOfOneCall = 2;

/**
 * Asks every target once, those that can wake somebody up first, so that the others say whom they could not reach. A try is
 * written down before it is made: whoever is killed in between is not asked a third time. Throws when nobody was reached.
 */
export async function ask(
  title: string,
  targets: readonly Target[],
  log: DeliveryLog,
  { warn, pause = () => wait(receiverPauses[0]) }: { warn(problem: string): void; pause?(): Promise<void> },
): Promise<Asked> {
  const delivered: Channel[] = [];
  const failed: Channel[] = [];
  const problems: string[] = [];
  const reach = async (target: Target): Promise<void> => {
    const problem = await reachOne(target, log, problems, pause);
    if (problem === undefined) {
      if (!delivered.includes(target.channel)) delivered.push(target.channel);
      return;
    }
    if (!failed.includes(target.channel)) failed.push(target.channel);
    problems.push(`${target.address}: ${problem}`);
    warn(`${target.address}: ${problem}`);
  };
  for (const target of targets.filter(({ isSubstitute }) => !isSubstitute)) await reach(target);
  for (const target of targets.filter(({ isSubstitute }) => isSubstitute))
    if (delivered.length === 0) await reach(target);
  if (delivered.length === 0) {
    throw new NotificationUndeliveredError(`'${title}' could not be reported to anybody: ${problems.join('; ')}`, {
      hints: ['It is published on the topic of its severity, and asked again when the answer is overdue.'],
    });
  }
  return { delivered, failed, problems };
}

/** Why it was not reached; undefined when it was, by this call or an earlier one. */
async function reachOne(
  { channel, address, send }: Target,
  log: DeliveryLog,
  undelivered: readonly string[],
  pause: () => Promise<void>,
): Promise<string | undefined> {
  let problem = 'it may have been reached twice, and answered neither time';
  for (let count = 0; count < triesOfOneCall; count += 1) {
    let wasSent = false;
    const noted = await log.change((deliveries) => {
      wasSent = isSent(deliveries, address);
      return mayTry(deliveries, address) ? tried(deliveries, channel, address) : undefined;
    });
    if (noted === undefined) return wasSent ? undefined : problem;
    if (count > 0) await pause();
    try {
      await send(undelivered);
      await log.change((deliveries) => settledAs(deliveries, address, 'sent'));
      return undefined;
    } catch (thrown) {
      const error = coerceError(thrown);
      problem = error.message.split('\n')[0] ?? error.name;
      // What has no address was not sent; of what was not answered nobody knows.
      const isCertain = !(error instanceof ReceiverUnavailableError) || error.isRefused;
      if (isCertain) await log.change((deliveries) => settledAs(deliveries, address, 'failed'));
    }
  }
  return problem;
}
