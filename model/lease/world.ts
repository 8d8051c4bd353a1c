import { type LeaseWrite, planRelease } from '../../shared/domain/lease/pass.ts';
import { isSameContent, type LeaseRegister } from '../../shared/domain/lease/register.ts';
import type { Reading, Watch } from '../../shared/domain/lease/watch.ts';
import { EventQueue } from '../event-queue.ts';
import { makeRandom } from '../random.ts';
import { ModelDatabase } from './database.ts';
import { Invariants, type Outcome } from './invariants.ts';
import type { Rules } from './rules.ts';
import { type Incident, instances, registers, type Schedule } from './schedule.ts';
import { anyContent } from './variants.ts';

type Agent = {
  readonly number: number;
  readonly name: string;
  /** What a crash loses. */
  watch: Watch;
  /** A pass that is under way ends with its agent. */
  life: number;
};

const placeOf = (register: string) => registers.indexOf(register as (typeof registers)[number]);

const readTimeout = 5_000;
const writeTimeout = 20_000;

/** Two regions with an agent and a database each, three registers, and everything that may come between them. */
export function runSchedule(schedule: Schedule, rules: Rules, trace?: (line: string) => void): Outcome {
  const { timing, incidents } = schedule;
  const random = makeRandom(schedule.seed ^ 0x5eed);
  const queue = new EventQueue();
  const say = (line: () => string) => trace?.(`${(queue.now / 1000).toFixed(1).padStart(8)} s  ${line()}`);
  const contents: LeaseRegister[] = registers.map(() => ({ epoch: 1, holder: instances[0], counter: 0 }));
  const invariants = new Invariants(schedule, say);
  const databases = instances.map(
    (name, number) =>
      new ModelDatabase({
        name,
        number,
        queue,
        random,
        timing,
        rules,
        invariants,
        rate: schedule.clocks[number]?.database ?? 1,
      }),
  );
  const agents = instances.map((name, number): Agent => ({ number, name, watch: {}, life: 0 }));

  const isOn = (incident: Incident) => incident.from <= queue.now && queue.now < incident.until;
  const isAway = (region: number) =>
    incidents.some((incident) => incident.kind === 'region' && incident.region === region && isOn(incident));
  const isCut = (agent: number, register: number) =>
    (agent !== register && (isAway(agent) || isAway(register))) ||
    incidents.some(
      (incident) =>
        incident.kind === 'link' && incident.agent === agent && incident.register === register && isOn(incident),
    );
  const slowness = (agent: number, kind: 'slow' | 'stall') =>
    incidents.reduce(
      (most, incident) =>
        incident.kind === kind && incident.agent === agent && isOn(incident) ? Math.max(most, incident.most) : most,
      0,
    );
  const delay = (agent: number) => {
    const most = slowness(agent, 'slow');
    return random.between(1, 200) + (most > 0 && random.chance(0.5) ? random.extreme(0, most) : 0);
  };
  const pause = (agent: number) => {
    const most = slowness(agent, 'stall');
    return most > 0 && random.chance(0.5) ? random.between(0, most) : 0;
  };
  const releases = (agent: number) =>
    incidents.some((incident) => incident.kind === 'release' && incident.agent === agent && isOn(incident));

  /** What arrives at the register does so although the answer may be lost, and with slow messages twice. */
  const call = <T>(agent: Agent, register: number, serve: () => T, answered: (answer: T) => void) => {
    const { number, life } = agent;
    if (isCut(number, register)) return;
    const times = random.chance(slowness(number, 'slow') > 0 ? 0.5 : 0.01) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      queue.at(queue.now + delay(number), () => {
        if (isCut(number, register)) return;
        const answer = serve();
        const answers = random.chance(slowness(number, 'slow') > 0 ? 0.5 : 0.01) ? 2 : 1;
        for (let again = 0; again < answers; again += 1) {
          queue.at(queue.now + delay(number), () => {
            if (!isCut(number, register) && agent.life === life) answered(answer);
          });
        }
      });
    }
  };

  const write = ({ register, ifContent, content }: LeaseWrite, by: string): boolean => {
    const place = placeOf(register);
    const present = contents[place];
    if (present === undefined || (ifContent !== anyContent && !isSameContent(present, ifContent))) return false;
    contents[place] = content;
    invariants.wrote(register, present, content);
    say(() => `${by} wrote ${register}: epoch ${content.epoch}, '${content.holder}', ${content.counter}`);
    return true;
  };

  const pass = (agent: Agent) => {
    const { number, name, life } = agent;
    const database = databases[number];
    const clocks = schedule.clocks[number];
    if (database === undefined || clocks === undefined) return;
    const callError = random.extreme(-0.5, 0.5) * timing.wallClockError;
    const agentClock = () => queue.now * clocks.agent + clocks.agentOffset + callError;
    // A paused host answers nothing.
    if (database.isFrozen) return;
    const goOn = (after: number, act: () => void) => {
      queue.at(queue.now + after, () => {
        if (agent.life === life) act();
      });
    };
    const clock = () => (rules.clock === 'agent' ? agentClock() : database.clock());
    const startedAt = clock();
    const { fencedEpoch } = database;
    const readings: Record<string, Reading> = {};
    registers.forEach((register, place) => {
      call(
        agent,
        place,
        () => contents[place],
        (content) => {
          if (content !== undefined && !isPlanned) readings[register] = { content, at: agentClock() };
        },
      );
    });
    let isPlanned = false;
    goOn(readTimeout, () => {
      isPlanned = true;
      agent.watch = rules.observe(agent.watch, readings);
      const plan = rules.planPass({
        me: name,
        readings,
        watch: agent.watch,
        fencedEpoch,
        now: agentClock(),
        // The standby goes first where both may.
        waitFor: rules.waitFor(timing) + (number === 0 ? timing.passEvery : 0),
        mayTake: schedule.mayTake[number] === true && !releases(number),
      });
      const since = queue.now;
      const doneAt = () => queue.now - since < writeTimeout;
      const newest = Math.max(
        0,
        ...Object.values(readings).map(({ content }) => (content.holder === name ? 0 : content.epoch)),
      );
      invariants.learned(number, newest, queue.now);
      const { fence } = plan;
      if (fence !== undefined) goOn(random.between(0, 1_000), () => database.fence(fence.epoch));
      // The planned end: what it held it gives away, once nothing is accepted any more.
      if (releases(number)) {
        database.fence(
          Math.max(0, ...Object.values(readings).map(({ content }) => (content.holder === name ? content.epoch : 0))),
        );
        if (database.isAccepting || database.isFrozen) return;
        for (const given of planRelease(name, readings)) {
          call(
            agent,
            placeOf(given.register),
            () => write(given, name),
            () => {},
          );
        }
        return;
      }
      const written = new Set<string>();
      let isHeld = false;
      goOn(pause(number), () => {
        for (const leaseWrite of plan.writes) {
          call(
            agent,
            placeOf(leaseWrite.register),
            () => write(leaseWrite, name),
            (isWritten) => {
              if (!isWritten || !doneAt()) return;
              written.add(rules.counts === 'answers' ? `${leaseWrite.register} ${queue.now}` : leaseWrite.register);
              const from = rules.validityFrom === 'answer' ? clock() : startedAt;
              const until = rules.validUntil(from, plan, written, timing.holdFor);
              if (until === undefined || isHeld) return;
              isHeld = true;
              invariants.held(number, plan.epoch);
              goOn(pause(number) + delay(number), () =>
                database.extend(plan.epoch, rules.validityFrom === 'update' ? clock() + timing.holdFor : until),
              );
            },
          );
        }
      });
    });
  };

  const passes = (agent: Agent, at: number) => {
    queue.at(at, () => {
      const isDead =
        isAway(agent.number) || incidents.some((i) => i.kind === 'crash' && i.agent === agent.number && isOn(i));
      if (!isDead) pass(agent);
      passes(agent, queue.now + timing.passEvery * random.between(0.98, 1.02));
    });
  };
  databases[0]?.extend(1, databases[0].clock() + timing.holdFor);
  for (const agent of agents) passes(agent, random.between(0, timing.passEvery));
  for (const incident of incidents) {
    if (incident.kind === 'freeze') databases[incident.agent]?.freezeFrom(incident.from, incident.until);
    if (incident.kind === 'crash' || incident.kind === 'region') {
      const struck = agents[incident.kind === 'crash' ? incident.agent : incident.region];
      queue.at(incident.from, () => {
        say(() => `${incident.kind} ${struck?.name ?? 'witness'}`);
        if (struck === undefined) return;
        struck.life += 1;
        struck.watch = {};
      });
    }
  }
  const settledBy = schedule.quietFrom + invariants.bound;
  queue.runUntil(settledBy);
  invariants.settle(databases.map(({ isAccepting }) => isAccepting));
  return invariants.outcome();
}
