import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { DroppedConnection } from '../wire/dropped-connection.ts';
import type { CallSite } from './call-site.ts';
import type { CallKind, Fault } from './fault.ts';
import { serviceError, throttling } from './service-errors.ts';

/** Lets one call go wrong in the way of the fault. `next` has the call's effect. */
export async function strikeCall(
  fault: Fault,
  { call, physicalName = '' }: CallSite,
  service: string,
  next: () => Promise<unknown>,
  kill: (functionName: string) => Promise<number>,
): Promise<unknown> {
  switch (fault.kind as CallKind) {
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
      // Its answer, or its refusal, is reported to nobody.
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
