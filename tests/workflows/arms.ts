/** Which transitions a machine has, and which ones a run took. */
import type { RunResult } from '../../sandbox/asl/run-machine.ts';

type Branch = { readonly Next: string; readonly ErrorEquals?: readonly string[] };
export type MachineState = {
  readonly Type: string;
  readonly ItemProcessor?: Definition;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly Branch[];
  readonly Catch?: readonly Branch[];
};
export type Definition = { readonly States: Readonly<Record<string, MachineState>> };

/** No state of ours is called so. */
const marker = ' by ';
export const isMarker = (state: string): boolean => state.includes(marker);

/** Catchers that differ in nothing but the errors that they take are one: what they do is written once, and taken twice. */
const firstAlike = (branches: readonly Branch[], which: number): number => {
  const doing = branches.map(({ ErrorEquals: _, ...rest }) => JSON.stringify(rest));
  return doing.indexOf(doing[which] ?? '');
};

/**
 * The same machine, in which branches of a state that lead to one place can be told from one another, and from its Next: each
 * goes by a state that does nothing.
 */
export function withMarkers<D extends Definition>(definition: D): D {
  const States: Record<string, MachineState> = {};
  for (const [name, state] of Object.entries(definition.States)) {
    const nexts = [...(state.Choices ?? []), ...(state.Catch ?? [])].map(({ Next }) => Next);
    nexts.push(...[state.Default, state.Next].filter((next) => next !== undefined));
    const through = (next: string, which: string): string => {
      if (nexts.filter((one) => one === next).length < 2) return next;
      const passed = `${name}${marker}${which}`;
      States[passed] = { Type: 'Pass', Next: next };
      return passed;
    };
    const branches = (kind: 'Choices' | 'Catch') =>
      state[kind] === undefined
        ? {}
        : {
            [kind]: state[kind].map((one, index, all) => ({
              ...one,
              Next: through(one.Next, `${kind} ${kind === 'Catch' ? firstAlike(all, index) : index}`),
            })),
          };
    States[name] = {
      ...state,
      ...branches('Choices'),
      ...branches('Catch'),
      ...(state.Default === undefined ? {} : { Default: through(state.Default, 'Default') }),
      ...(state.ItemProcessor === undefined ? {} : { ItemProcessor: withMarkers(state.ItemProcessor) }),
    };
  }
  return { ...definition, States };
}

/** The states of a definition with those of its Maps; names are unique in the whole. */
const allStates = ({ States }: Definition): Readonly<Record<string, MachineState>> =>
  Object.assign(
    {},
    States,
    ...Object.values(States).map(({ ItemProcessor }) => ItemProcessor && allStates(ItemProcessor)),
  );

/** By the events that name their predecessors, for iterations run side by side. */
export function armsTaken({ events }: RunResult): string[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  return events.flatMap(({ stateEnteredEventDetails: entered, previousEventId }) => {
    const from = byId.get(previousEventId)?.stateExitedEventDetails?.name;
    return entered?.name === undefined || from === undefined ? [] : [`${from} -> ${entered.name}`];
  });
}

/** Of a machine with markers: no two branches of a state are the same arm, but catchers that do the same. */
export const armsOf = (definition: Definition): string[] => [
  ...new Set(
    Object.entries(allStates(definition)).flatMap(([name, { Next, Default, Choices = [], Catch = [] }]) =>
      [Next, Default, ...[...Choices, ...Catch].map((branch) => branch.Next)].flatMap((next) =>
        next === undefined ? [] : [`${name} -> ${next}`],
      ),
    ),
  ),
];
