import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Intercept } from '../wire/dispatch.ts';
import { DroppedConnection } from '../wire/dropped-connection.ts';
import { type CallSite, callSite, keyOf } from './call-site.ts';
import type { Fault } from './fault.ts';
import { serviceError, throttling } from './service-errors.ts';

export type FaultInjector = {
  readonly intercept: Intercept;
  /** Replaces all faults and begins to count from one. */
  arm(faults: readonly Fault[]): void;
  /** What has struck since `arm`. */
  struck(): readonly Fault[];
};

export type InjectorOptions = {
  /** Ends the execution environments of a function that run an invocation; answers how many. */
  readonly kill: (functionName: string) => Promise<number>;
  /** Told of every call of a role before anything else, with its number among the function's calls of its kind. */
  readonly onCall?: (site: CallSite, nth: number) => void;
};

export function makeFaultInjector({ kill, onCall }: InjectorOptions): FaultInjector {
  let armed: readonly Fault[] = [];
  let counts = new Map<string, number>();
  let struck: Fault[] = [];

  const count = (key: string): number => {
    const next = (counts.get(key) ?? 0) + 1;
    counts.set(key, next);
    return next;
  };

  return {
    arm(faults) {
      armed = faults;
      counts = new Map();
      struck = [];
    },
    struck: () => [...struck],
    async intercept(context, input, next) {
      const site = callSite(context, input);
      if (site === undefined) {
        return next();
      }
      const key = keyOf(site.physicalName ?? '');
      const nthOfAll = count(site.call);
      const nthOfFunction = count(`${key}/${site.call}`);
      onCall?.(site, nthOfFunction);
      const fault = armed.find(
        (one) =>
          one.call === site.call &&
          (one.function === undefined ? one.nth === nthOfAll : one.function === key && one.nth === nthOfFunction),
      );
      if (fault === undefined) {
        return next();
      }
      struck.push(fault);
      return strike(fault, site, context.service, next, kill);
    },
  };
}

async function strike(
  fault: Fault,
  { call, physicalName = '' }: CallSite,
  service: string,
  next: () => Promise<unknown>,
  kill: InjectorOptions['kill'],
): Promise<unknown> {
  switch (fault.kind) {
    case 'error':
      throw serviceError(service);
    case 'throttle':
      throw throttling(service);
    case 'timeout-before':
      throw new DroppedConnection('the connection was lost before the call was made');
    case 'timeout-after':
      discard(await next());
      throw new DroppedConnection('the answer was lost');
    case 'duplicate': {
      const output = await next();
      // Its answer, or its refusal, is told to nobody.
      discard(await next().catch(() => undefined));
      return output;
    }
    case 'kill-lambda': {
      if (call !== 'lambda:Invoke') {
        discard(await next());
        await kill(physicalName);
        throw new DroppedConnection('the function that made the call is dead');
      }
      const ended = new AbortController();
      const running = next().finally(() => ended.abort());
      await killLater(() => kill(physicalName), fault.afterMilliseconds ?? 0, ended.signal);
      return running;
    }
  }
}

/** A function whose environment is still starting cannot be killed yet: it is killed as soon as it runs. */
async function killLater(kill: () => Promise<number>, milliseconds: number, ended: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal: ended });
    while ((await kill()) === 0) {
      await delay(2, undefined, { signal: ended });
    }
  } catch (error) {
    // The invocation ended first.
    if (!ended.aborted) throw error;
  }
}

/** The body of an object that nobody will read holds a file open. */
function discard(output: unknown): void {
  const body = (output as { Body?: unknown } | undefined)?.Body;
  if (body instanceof Readable) {
    body.destroy();
  }
}
