/** State that AWS keeps apart by region. */
export type Regional<T> = {
  in(region: string): T;
  all(): readonly (readonly [region: string, state: T])[];
};

export function regional<T>(make: (region: string) => T): Regional<T> {
  const states = new Map<string, T>();
  return {
    in(region) {
      let state = states.get(region);
      if (state === undefined) {
        state = make(region);
        states.set(region, state);
      }
      return state;
    },
    all: () => [...states],
  };
}
