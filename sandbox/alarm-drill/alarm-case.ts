import type pg from 'pg';
import type { AlarmKindName, Level } from '../../shared/policy/schema/health-alarms.ts';
import type { DrillServer } from './drill-server.ts';
import type { Driven } from './driven.ts';
import type { SingleStandby } from './single-server.ts';

export type Expected = 'quiet' | Level;

/** What a real server is brought into, and what the alarms have to say of it, step by step. */
export type AlarmCase = {
  /** The alarm that it is about; `all`: none of them may fire. */
  readonly alarm: AlarmKindName | 'all';
  readonly title: string;
  /** The worst that its steps expect of the alarm. */
  readonly expected: Expected;
  /** Alarms that may be raised, too: the state is one of theirs. */
  readonly besides?: readonly AlarmKindName[];
  /** What follows the server, and is measured with it as instance `replica`. */
  readonly replica?: 'subscriber' | 'standby';
  /** Leaves the server as it was, but for tables in schema public, sessions and statistics. */
  run(scene: Scene): Promise<void>;
};

export type Scene = {
  readonly server: DrillServer;
  readonly driven: Driven;
  /** The master user's. */
  readonly session: pg.Client;
  /** One that ends with the case. */
  open(config?: pg.ClientConfig): Promise<pg.Client>;
  /** What is raised now must be these alarms, and no other. */
  expect(when: string, ...alarms: readonly string[]): void;
  /** Of a case that asks for one. */
  subscriber(): DrillServer;
  standby(): SingleStandby;
  /** The instance is another server from now on. */
  failOver(to: SingleStandby): void;
};

export type Step = {
  readonly when: string;
  readonly expected: readonly string[];
  readonly observed: readonly string[];
};

export type CaseResult = {
  readonly case: AlarmCase;
  readonly steps: readonly Step[];
  /** Why it did not come to its end. */
  readonly error: string | undefined;
  readonly milliseconds: number;
};

const isSame = ({ expected, observed }: Step) => expected.join() === observed.join();

/** The worst that was raised of an alarm; of `all`, by any. */
function worst(alarm: AlarmCase['alarm'], raised: readonly string[]): Expected {
  const levels = raised
    .filter((name) => alarm === 'all' || name.replace(/-(warning|critical)$/, '') === alarm)
    .map((name) => name.split('-').at(-1));
  return levels.includes('critical') ? 'critical' : levels.includes('warning') ? 'warning' : 'quiet';
}

export const observedOf = ({ case: { alarm }, steps }: CaseResult): Expected =>
  worst(
    alarm,
    steps.flatMap(({ observed }) => observed),
  );

/** Steps that came to something else; without any step, and with steps that expect less than the case, nothing was driven. */
export function faultsOf(result: CaseResult): string[] {
  const { case: one, steps, error } = result;
  const expected = worst(
    one.alarm,
    steps.flatMap(({ expected }) => expected),
  );
  const named = (alarms: readonly string[]) => (alarms.length === 0 ? 'nothing' : alarms.join(', '));
  return [
    ...(error === undefined ? [] : [error]),
    ...steps
      .filter((step) => !isSame(step))
      .map(({ when, expected, observed }) => `${when}: raised ${named(observed)}, expected ${named(expected)}`),
    ...(steps.length === 0 && error === undefined ? ['no step was looked at'] : []),
    ...(error === undefined && steps.length > 0 && expected !== one.expected
      ? [`its steps expect ${expected}, it says ${one.expected}`]
      : []),
  ];
}
