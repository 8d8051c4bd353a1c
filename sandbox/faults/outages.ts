import type { Fault } from './fault.ts';
import type { FaultServer, FaultWorld } from './fault-world.ts';
import type { SessionProxies } from './session-proxies.ts';

/** How often a cut region is looked over for servers that came up in it. */
const watchMilliseconds = 20;

/** What is frozen and cut at present. Everything works again after its time, and after `release`. */
export class Outages {
  readonly #world: () => FaultWorld;
  readonly #proxies: SessionProxies;
  readonly #frozen = new Map<string, { readonly server: FaultServer; holders: number }>();
  readonly #regions = new Set<string>();
  readonly #links = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #ends = new Set<() => Promise<void>>();

  constructor(world: () => FaultWorld, proxies: SessionProxies) {
    this.#world = world;
    this.#proxies = proxies;
  }

  /** `place`: the region and, at a request, the instance where the fault strikes when it names no target. */
  async begin(fault: Fault, place: { readonly region: string; readonly instance?: string }): Promise<void> {
    const isMeant = matcher(fault.target ?? place.instance ?? '*');
    switch (fault.kind) {
      case 'reset-sessions':
        this.#proxies.reset(isMeant);
        return;
      case 'end-sessions':
        await Promise.all(this.#servers(({ identifier }) => isMeant(identifier)).map((server) => server.endSessions()));
        return;
      case 'freeze': {
        const servers = this.#servers(({ identifier }) => isMeant(identifier));
        for (const server of servers) this.#hold(server);
        this.#ending(fault, async () => {
          for (const server of servers) this.#letGo(server);
        });
        return;
      }
      case 'cut-region':
        this.#cutRegion(fault, fault.target ?? place.region);
        return;
      case 'cut-link': {
        const [one = '', other = ''] = (fault.target ?? '').split(',');
        this.#links.add(linkName(one, other));
        this.#ending(fault, async () => {
          this.#links.delete(linkName(one, other));
          await this.#world().cutLink(one, other, false);
        });
        await this.#world().cutLink(one, other, true);
        return;
      }
      default:
        throw new Error(`fault '${fault.kind}' is no outage`);
    }
  }

  /** Whether a call cannot reach its region, or what it is about cannot be reached from there. */
  hides(region: string, input: unknown, roleName: string | undefined): boolean {
    if (this.#regions.has(region)) return true;
    if (this.#links.size === 0) return false;
    // A person is everywhere at home; functions and machines are not.
    const others = [...(roleName === undefined ? [] : [this.#world().regionOf(roleName)]), ...sourceRegions(input)];
    return others.some((other) => this.#links.has(linkName(region, other)));
  }

  /** Runs `strike` after true milliseconds, unless everything is released before. */
  later(milliseconds: number, strike: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      strike();
    }, milliseconds);
    this.#timers.add(timer);
  }

  async release(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all([...this.#ends].map((end) => end()));
  }

  #servers(isMeant: (server: FaultServer) => boolean): FaultServer[] {
    return this.#world().servers().filter(isMeant);
  }

  #cutRegion(fault: Fault, region: string): void {
    this.#regions.add(region);
    const held = new Map<string, FaultServer>();
    // What was under way in the region when it was cut may still start a server.
    const holdAll = () => {
      for (const server of this.#servers((one) => one.region === region && !held.has(one.identifier))) {
        this.#hold(server);
        held.set(server.identifier, server);
      }
    };
    holdAll();
    const watch = setInterval(holdAll, watchMilliseconds);
    this.#ending(fault, async () => {
      clearInterval(watch);
      this.#regions.delete(region);
      for (const server of held.values()) this.#letGo(server);
    });
  }

  #hold(server: FaultServer): void {
    const key = `${server.region} ${server.identifier}`;
    const known = this.#frozen.get(key);
    if (known === undefined) {
      this.#frozen.set(key, { server, holders: 1 });
      server.freeze();
    } else known.holders += 1;
  }

  #letGo(server: FaultServer): void {
    const key = `${server.region} ${server.identifier}`;
    const known = this.#frozen.get(key);
    if (known === undefined) return;
    known.holders -= 1;
    if (known.holders > 0) return;
    this.#frozen.delete(key);
    known.server.thaw();
  }

  #ending({ forMilliseconds }: Fault, end: () => Promise<void>): void {
    const once = async () => {
      if (this.#ends.delete(once)) await end();
    };
    this.#ends.add(once);
    if (forMilliseconds !== undefined) this.later(forMilliseconds, () => void once());
  }
}

const linkName = (one: string, other: string) => [one, other].sort().join(',');

/** `orders-*` fits 'orders-1'. */
function matcher(pattern: string): (identifier: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (identifier) => expression.test(identifier);
}

/** Regions that a call names as where something comes from: `SourceRegion`, and the ARNs of sources. */
function sourceRegions(input: unknown): string[] {
  return Object.entries((input ?? {}) as Record<string, unknown>).flatMap(([name, value]) => {
    if (!name.startsWith('Source') || typeof value !== 'string') return [];
    const region = name === 'SourceRegion' ? value : value.startsWith('arn:') ? value.split(':')[3] : undefined;
    return region === undefined ? [] : [region];
  });
}
