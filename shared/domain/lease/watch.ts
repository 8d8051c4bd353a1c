import { isSameContent, type LeaseRegister } from './register.ts';

/** What an agent read of a register. */
export type Reading = {
  readonly content: LeaseRegister;
  /** Milliseconds of the agent's clock when the answer came: what was read was written before. */
  readonly at: number;
};

/** What an agent has seen of a register, and since when nothing else. */
export type Watched = { readonly content: LeaseRegister; readonly since: number };

/** By the name of the register. An agent that forgets it waits anew. */
export type Watch = { readonly [register: string]: Watched };

/** What was not read stays as it was seen last: a change in the meantime shows when it is read again. */
export function observe(watch: Watch, readings: { readonly [register: string]: Reading }): Watch {
  const next: Record<string, Watched> = { ...watch };
  for (const [register, { content, at }] of Object.entries(readings)) {
    const seen = watch[register];
    // A clock that went backwards starts the wait anew.
    const isUnchanged = seen !== undefined && isSameContent(seen.content, content) && seen.since <= at;
    next[register] = isUnchanged ? seen : { content, since: at };
  }
  return next;
}
