import type { LeaseWrite } from '../../shared/domain/lease/pass.ts';
import { isSameContent } from '../../shared/domain/lease/register.ts';
import { acceptsWrites, fence, neverHeld, type Validity } from '../../shared/domain/lease/validity.ts';
import type { Reading } from '../../shared/domain/lease/watch.ts';
import { compact } from './compact.ts';
import type { Rules } from './rules.ts';
import { instances, registers } from './schedule.ts';
import type { AgentState, Late, State } from './small-world.ts';
import { anyContent } from './variants.ts';

/** A small world in whole steps of time, whose every schedule is looked at. */
export type Bounds = {
  /** Changes of what an agent reaches, writes or answers that are lost, writes and updates that come late, passes left out or paused, in all. */
  readonly faults: number;
  /** Agents that forget what they have seen. */
  readonly crashes: number;
};

/** In steps. A database accepts for two after the start of a renewal, and its dead-man needs two more. */
const holdFor = 2;
const deadManDelay = 2;
/** Longer than this. */
const waitFor = holdFor + deadManDelay - 1;
const timing = { holdFor, waitFor, passEvery: 1, deadManDelay, drift: 0, wallClockError: 0 };

export type Exploration = { readonly states: number; readonly violation: string | undefined };

export function explore(bounds: Bounds, rules: Rules, mostStates = 20_000_000): Exploration {
  const first: State = {
    now: 0,
    contents: registers.map(() => ({ epoch: 1, holder: instances[0], counter: 0 })),
    agents: instances.map((_, number) => ({
      watch: {},
      planned: undefined,
      hasActed: false,
      cut: 0,
      validity: number === 0 ? { epoch: 1, until: holdFor, fencedEpoch: 0 } : neverHeld,
    })),
    late: [],
    ...bounds,
  };
  const seen = new Set<string>([compact(first, timing)]);
  const open: State[] = [first];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const next of successors(state, rules)) {
      const key = compact(next, timing);
      if (seen.has(key)) continue;
      seen.add(key);
      if (next.agents.every(({ validity }) => mayAccept(validity, next.now, rules))) {
        return { states: seen.size, violation: 'two databases accept writes' };
      }
      if (seen.size > mostStates) throw new Error(`more than ${mostStates} states`);
      open.push(next);
    }
  }
  return { states: seen.size, violation: undefined };
}

/** Until the dead-man has acted as late as it may. */
const mayAccept = (validity: Validity, now: number, { hasDeadMan }: Rules) =>
  acceptsWrites(hasDeadMan ? validity : { ...validity, until: validity.until + 1_000_000 }, now - deadManDelay);

function* successors(state: State, rules: Rules): Generator<State> {
  for (const [number, agent] of state.agents.entries()) {
    if (agent.planned !== undefined) yield* act(state, number, rules);
    else if (!agent.hasActed) {
      const looked = look(state, number, agent, rules);
      yield* act(looked, number, rules);
      if (looked.faults > 0) yield { ...looked, faults: looked.faults - 1 };
      if (state.faults > 0) {
        yield { ...withAgent(state, number, { ...agent, hasActed: true }), faults: state.faults - 1 };
        for (let cut = 0; cut < 1 << registers.length; cut += 1) {
          if (cut !== agent.cut) yield { ...withAgent(state, number, { ...agent, cut }), faults: state.faults - 1 };
        }
      }
    }
    if (state.crashes > 0) {
      const crashed = { ...agent, watch: {}, planned: undefined, hasActed: true };
      yield { ...withAgent(state, number, crashed), crashes: state.crashes - 1 };
    }
  }
  for (const [place, late] of state.late.entries()) {
    const rest = { ...state, late: state.late.filter((_, other) => other !== place) };
    yield late.kind === 'write' ? written(rest, late.write).state : updated(rest, late, rules);
  }
  if (state.agents.some(({ hasActed }) => !hasActed)) return;
  yield { ...state, now: state.now + 1, agents: state.agents.map((agent) => ({ ...agent, hasActed: false })) };
}

const withAgent = (state: State, number: number, agent: AgentState): State => ({
  ...state,
  agents: state.agents.map((other, place) => (place === number ? agent : other)),
});

/** An agent reads what it reaches, and decides. */
function look(state: State, number: number, agent: AgentState, rules: Rules): State {
  const readings: Record<string, Reading> = {};
  for (const [place, name] of registers.entries()) {
    const content = state.contents[place];
    if (content !== undefined && (agent.cut & (1 << place)) === 0) readings[name] = { content, at: state.now };
  }
  const watch = rules.observe(agent.watch, readings);
  const plan = rules.planPass({
    me: instances[number] ?? '',
    readings,
    watch,
    fencedEpoch: agent.validity.fencedEpoch,
    now: state.now,
    waitFor: rules.waitFor(timing),
    mayTake: true,
  });
  const validity = plan.fence === undefined ? agent.validity : fence(agent.validity, plan.fence.epoch);
  const planned = plan.kind === 'wait' ? undefined : { startedAt: state.now, plan };
  return withAgent(state, number, { ...agent, watch, planned, hasActed: true, validity });
}

/** It writes: each write is done, or lost, or done without an answer, or comes late. */
function* act(state: State, number: number, rules: Rules): Generator<State> {
  const agent = state.agents[number];
  if (agent?.planned === undefined) {
    yield state;
    return;
  }
  const { startedAt, plan } = agent.planned;
  type Branch = { readonly state: State; readonly answered: ReadonlySet<string> };
  let branches: Branch[] = [{ state: withAgent(state, number, { ...agent, planned: undefined }), answered: new Set() }];
  for (const write of plan.writes) {
    branches = branches.flatMap((branch): Branch[] => {
      const done = written(branch.state, write);
      const answered = done.isDone ? new Set([...branch.answered, write.register]) : branch.answered;
      const sound = { state: done.state, answered };
      if (branch.state.faults === 0) return [sound];
      const fault = (of: State): State => ({ ...of, faults: of.faults - 1 });
      return [
        sound,
        { state: fault(branch.state), answered: branch.answered },
        { state: fault(done.state), answered: branch.answered },
        {
          state: fault({ ...branch.state, late: [...branch.state.late, { kind: 'write', write }] }),
          answered: branch.answered,
        },
      ];
    });
  }
  for (const branch of branches) {
    const from = rules.validityFrom === 'start' ? startedAt : branch.state.now;
    const until = rules.validUntil(from, plan, branch.answered, holdFor);
    if (until === undefined) {
      yield branch.state;
      continue;
    }
    const update = { kind: 'update', agent: number, epoch: plan.epoch, until } as const;
    yield updated(branch.state, update, rules);
    if (branch.state.faults > 0) {
      yield { ...branch.state, faults: branch.state.faults - 1, late: [...branch.state.late, update] };
    }
  }
}

function written(state: State, { register, ifContent, content }: LeaseWrite): { state: State; isDone: boolean } {
  const place = registers.indexOf(register as (typeof registers)[number]);
  const present = state.contents[place];
  if (present === undefined || (ifContent !== anyContent && !isSameContent(present, ifContent))) {
    return { state, isDone: false };
  }
  return {
    state: { ...state, contents: state.contents.map((other, at) => (at === place ? content : other)) },
    isDone: true,
  };
}

function updated(state: State, update: Extract<Late, { kind: 'update' }>, rules: Rules): State {
  const agent = state.agents[update.agent];
  if (agent === undefined) return state;
  const until = rules.validityFrom === 'update' ? state.now + holdFor : update.until;
  return withAgent(state, update.agent, { ...agent, validity: rules.extend(agent.validity, update.epoch, until) });
}
