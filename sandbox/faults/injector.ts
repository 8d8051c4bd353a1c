import type { InterceptDelivery } from '../services/delivery.ts';
import type { Intercept } from '../wire/dispatch.ts';
import { DroppedConnection } from '../wire/dropped-connection.ts';
import type { CallContext } from '../wire/service.ts';
import { type CallSite, callSite, keyOf } from './call-site.ts';
import { type DeliveryKind, type Fault, outageKinds, requestPoint } from './fault.ts';
import { FaultCounter } from './fault-counter.ts';
import type { FaultWorld } from './fault-world.ts';
import { Outages } from './outages.ts';
import { SessionProxies } from './session-proxies.ts';
import { strikeCall } from './strike-call.ts';

export type FaultInjector = {
  readonly intercept: Intercept;
  readonly interceptDelivery: InterceptDelivery;
  /** Replaces all faults and begins to count from one. What is frozen or cut works again before it resolves. */
  arm(faults: readonly Fault[]): Promise<void>;
  /** What has struck since `arm`. */
  struck(): readonly Fault[];
  /** Ends what is frozen or cut; what is armed stays armed. */
  release(): Promise<void>;
  /** Ends everything, also the ports between functions and servers. */
  close(): Promise<void>;
};

export type InjectorOptions = {
  /** Known when the sandbox has started. */
  readonly world: () => FaultWorld;
  /** Reported of every call, delivery and request before anything else, with its number among those of its name. */
  readonly onCall?: (site: CallSite, nth: number) => void;
  /** Requests of functions to servers are seen only when somebody asks for them. */
  readonly watchesRequests?: () => boolean;
};

export function makeFaultInjector({ world, onCall, watchesRequests }: InjectorOptions): FaultInjector {
  const counter = new FaultCounter();
  const proxies = new SessionProxies(async ({ function: name, region, instance }) => {
    const { nth, fault } = counter.next(requestPoint, name);
    onCall?.({ call: requestPoint, physicalName: name, region }, nth);
    if (fault !== undefined) await beginOutage(fault, { region, instance });
  });
  const outages = new Outages(world, proxies);
  const needsProxies = () =>
    watchesRequests?.() === true ||
    counter.armed.some(({ call, kind }) => call === requestPoint || kind === 'reset-sessions');

  async function beginOutage(fault: Fault, place: { region: string; instance?: string }): Promise<void> {
    if (fault.afterMilliseconds === undefined) return outages.begin(fault, place);
    outages.later(fault.afterMilliseconds, () => void outages.begin(fault, place));
  }

  /** Functions that ask where a server is are sent through a port of ours. */
  async function throughProxies(context: CallContext, name: string, output: unknown): Promise<unknown> {
    const { DBInstances = [] } = output as { DBInstances?: DescribedInstance[] };
    const described = DBInstances.map(async (instance) => {
      const { DBInstanceIdentifier = '', Endpoint } = instance;
      if (Endpoint?.Port === undefined) return instance;
      const place = { function: name, region: context.region, instance: DBInstanceIdentifier };
      return { ...instance, Endpoint: { ...Endpoint, Port: await proxies.portFor(place, Endpoint.Port) } };
    });
    return { ...(output as object), DBInstances: await Promise.all(described) };
  }

  return {
    async arm(faults) {
      await outages.release();
      counter.arm(faults);
    },
    struck: () => [...counter.struck],
    release: () => outages.release(),
    async close() {
      await outages.release();
      await proxies.close();
    },

    async intercept(context, input, next) {
      const site = callSite(context, input);
      if (site === undefined) {
        if (outages.hides(context.region, input, undefined)) throw unreachable();
        return next();
      }
      const name = keyOf(site.physicalName ?? '');
      const { nth, fault } = counter.next(site.call, name);
      onCall?.(site, nth);
      const isOutage = fault !== undefined && isOutageKind(fault);
      if (isOutage) await beginOutage(fault, { region: context.region });
      if (outages.hides(context.region, input, context.caller.roleName)) throw unreachable();
      const output = await (fault === undefined || isOutage
        ? next()
        : strikeCall(fault, site, context.service, next, (functionName) => world().kill(functionName)));
      return site.call === 'rds:DescribeDBInstances' && needsProxies() ? throughProxies(context, name, output) : output;
    },

    async interceptDelivery({ call, name, region }, next) {
      const { nth, fault } = counter.next(call, name);
      onCall?.({ call, physicalName: name, region }, nth);
      if (fault === undefined) return next();
      if (isOutageKind(fault)) {
        await beginOutage(fault, { region });
        return next();
      }
      switch (fault.kind as DeliveryKind) {
        case 'lost':
          return;
        case 'late':
          // Whoever sent it does not wait for it.
          outages.later(fault.afterMilliseconds ?? lateMilliseconds, () => void next());
          return;
        case 'twice':
          await next();
          return next();
      }
    },
  };
}

/** As late as EventBridge's own retries after a short trouble. */
const lateMilliseconds = 1000;

type DescribedInstance = {
  readonly DBInstanceIdentifier?: string;
  readonly Endpoint?: { readonly Port?: number };
};

const isOutageKind = ({ kind }: Fault) => (outageKinds as readonly string[]).includes(kind);

const unreachable = () => new DroppedConnection('the region cannot be reached');
