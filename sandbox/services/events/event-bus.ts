import { randomUUID } from 'node:crypto';
import { parseSchedule } from '../../../shared/policy/schedule-expression.ts';
import type { Clock } from '../../clock.ts';
import type { InterceptDelivery } from '../delivery.ts';
import { makeMatcher } from './event-pattern.ts';
import { type RetryPolicy, withRetries } from './retry-delivery.ts';
import type { TargetInput } from './target-input.ts';

export type Target = TargetInput & {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string | undefined;
  readonly RetryPolicy?: RetryPolicy | undefined;
  readonly DeadLetterConfig?: { readonly Arn?: string | undefined } | undefined;
};

export type Rule = {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly schedule?: string | undefined;
  readonly pattern?: unknown;
  /** Whether an event is for this rule; a rule without a pattern is for none. */
  readonly matches: (event: BusEvent) => boolean;
  enabled: boolean;
  readonly targets: Map<string, Target>;
};

/** An event as it lies on the bus. */
export type BusEvent = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
};

export type EventInput = {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources?: readonly string[] | undefined;
  readonly time?: Date | undefined;
};

export type EventBusDeps = {
  readonly account: string;
  readonly clock: Clock;
  /** Starts what the target names. Its failure is reported and ends nothing. */
  readonly deliver: (rule: Rule, target: Target, event: BusEvent) => Promise<void>;
  readonly onFailure?: (rule: Rule, target: Target, error: unknown) => void;
  /** Takes what could not be delivered, where its target names a queue. */
  readonly onDeadLetter?: (rule: Rule, target: Target, event: BusEvent, error: unknown) => void;
  /** Ends the repetition of deliveries. */
  readonly signal?: AbortSignal;
  readonly intercept?: InterceptDelivery;
};

/** Rules and events of all regions; the default bus only. */
export type EventBus = {
  putRule(rule: Pick<Rule, 'name' | 'region' | 'schedule' | 'pattern' | 'description'> & { enabled?: boolean }): Rule;
  removeRule(region: string, name: string): void;
  rule(region: string, name: string): Rule | undefined;
  rules(region: string): readonly Rule[];
  /** Puts an event on the bus and waits until its targets have accepted it; returns its id. */
  emit(region: string, event: EventInput): Promise<string>;
  /** Fires a scheduled rule now, whatever its schedule says. */
  fire(region: string, name: string): Promise<void>;
  /** Runs the schedules of enabled rules until the signal aborts; waits are shortened by the clock's speed. */
  runSchedules(signal: AbortSignal): void;
};

const DAY = 86_400_000;

export function makeEventBus({
  account,
  clock,
  deliver,
  onFailure,
  onDeadLetter,
  signal = new AbortController().signal,
  intercept = (_, next) => next(),
}: EventBusDeps): EventBus {
  const rules = new Map<string, Rule>();
  let running: AbortSignal | undefined;
  const key = (region: string, name: string): string => `${region} ${name}`;

  async function toTargets(rule: Rule, event: BusEvent): Promise<void> {
    await Promise.all(
      [...rule.targets.values()].map((target) => {
        let times = 0;
        return intercept({ call: 'events:Deliver', name: rule.name, region: rule.region }, async () => {
          times += 1;
          // A schedule that fires once more makes another event.
          const isRepeated = times > 1 && rule.schedule !== undefined;
          const carried = isRepeated ? { ...event, id: randomUUID() } : event;
          await withRetries(
            () => deliver(rule, target, carried),
            target.RetryPolicy,
            { clock, signal },
            (error) => {
              onFailure?.(rule, target, error);
              if (target.DeadLetterConfig?.Arn !== undefined) onDeadLetter?.(rule, target, carried, error);
            },
          );
        });
      }),
    );
  }

  function scheduledEvent(rule: Rule, at: Date): BusEvent {
    return busEvent(account, rule.region, {
      source: 'aws.events',
      detailType: 'Scheduled Event',
      detail: {},
      resources: [rule.arn],
      time: at,
    });
  }

  /** The next time follows from the last scheduled time, not from the true one, because waiting is shortened. */
  async function follow(rule: Rule, expression: string, signal: AbortSignal): Promise<void> {
    const schedule = parseSchedule(expression);
    let at = clock.now();
    while (rules.get(key(rule.region, rule.name)) === rule) {
      const next = schedule.next(at);
      if (next === undefined) {
        return;
      }
      await waitLong(clock, next.getTime() - at.getTime(), signal);
      at = next;
      if (rule.enabled && rules.get(key(rule.region, rule.name)) === rule) {
        await toTargets(rule, scheduledEvent(rule, at));
      }
    }
  }

  function follows(rule: Rule, signal: AbortSignal): void {
    if (rule.schedule !== undefined) {
      // It rejects when the signal aborts and for nothing else: the expression was parsed when the rule was put.
      follow(rule, rule.schedule, signal).catch(() => {});
    }
  }

  return {
    putRule({ name, region, description, schedule, pattern, enabled = true }) {
      if (schedule !== undefined) {
        parseSchedule(schedule);
      }
      const arn = `arn:aws:events:${region}:${account}:rule/${name}`;
      const targets = rules.get(key(region, name))?.targets ?? new Map<string, Target>();
      const matches = pattern === undefined ? () => false : makeMatcher(pattern);
      const rule: Rule = { name, region, arn, description, schedule, pattern, matches, enabled, targets };
      rules.set(key(region, name), rule);
      if (running !== undefined) {
        follows(rule, running);
      }
      return rule;
    },
    removeRule: (region, name) => {
      rules.delete(key(region, name));
    },
    rule: (region, name) => rules.get(key(region, name)),
    rules: (region) => [...rules.values()].filter((rule) => rule.region === region),
    async emit(region, input) {
      const event = busEvent(account, region, input);
      const interested = [...rules.values()].filter(
        (rule) => rule.region === region && rule.enabled && rule.matches(event),
      );
      await Promise.all(interested.map((rule) => toTargets(rule, event)));
      return event.id;
    },
    async fire(region, name) {
      const rule = rules.get(key(region, name));
      if (rule === undefined) {
        const known = [...rules.values()].filter((one) => one.region === region).map((one) => one.name);
        throw new Error(
          `rule '${name}' does not exist in ${region}, the template declares ${known.join(', ') || 'none'}`,
        );
      }
      await toTargets(rule, scheduledEvent(rule, clock.now()));
    },
    runSchedules(signal) {
      running = signal;
      for (const rule of rules.values()) {
        follows(rule, signal);
      }
    },
  };
}

/** A timer holds at most 24.8 days; a yearly schedule waits longer. */
async function waitLong(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  for (let left = milliseconds; left > 0; left -= DAY) {
    await clock.wait(Math.min(left, DAY), signal);
  }
}

function busEvent(account: string, region: string, input: EventInput): BusEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': input.detailType,
    source: input.source,
    account,
    time: (input.time ?? new Date()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: input.resources ?? [],
    detail: input.detail,
  };
}
