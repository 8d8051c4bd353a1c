import type { WasteFinding, WasteKind } from '../../shared/contracts/waste.ts';

/** How a kind is removed, or why a person does it. */
export type Method =
  | { readonly removes: 'volume' | 'address' | 'load balancer' | 'database' }
  | { readonly removes: undefined; readonly why: string };

const byHand = (why: string): Method => ({ removes: undefined, why });

const ownData = 'it holds the only copy of its data, of which nothing else could be kept';

/** Every kind is decided: what is not here does not compile. */
const methods: Readonly<Record<WasteKind, Method>> = {
  'unattached-volume': { removes: 'volume' },
  'unassociated-address': { removes: 'address' },
  'idle-load-balancer': { removes: 'load balancer' },
  'idle-database': { removes: 'database' },
  'orphaned-snapshot': byHand(ownData),
  'old-image': byHand(ownData),
  'orphaned-database-snapshot': byHand(ownData),
  'old-database-snapshot': byHand(ownData),
  'drill-leftover': byHand("it is pg-gameday's own: sweep-leftovers removes it, with guards of its own"),
  'oversized-database': byHand('another class restarts the database: its owner chooses when'),
  'runs-out-of-hours': byHand('office-hours does it, once operations.yml names the database'),
  'bucket-without-lifecycle': byHand('only its owner knows when its objects may end'),
  'incomplete-uploads': byHand('a lifecycle rule replaces those that are there: its owner sets it'),
  'untagged-spend': byHand('only a person knows whose it is'),
  'uncovered-use': byHand('a commitment is a contract'),
};

export const methodOf = ({ kind }: WasteFinding): Method => methods[kind];
