import type { Deliveries } from '../../contracts/alert/alert.ts';
import type { Channel } from '../../contracts/notification.ts';

/** A person sees a step twice at most, on each channel. What surely did not arrive does not count. */
const mostArrivals = 2;

export const isSent = (deliveries: Deliveries, address: string): boolean =>
  deliveries[address]?.tries.includes('sent') === true;

export const mayTry = (deliveries: Deliveries, address: string): boolean =>
  !isSent(deliveries, address) &&
  (deliveries[address]?.tries ?? []).filter((one) => one !== 'failed').length < mostArrivals;

export function tried(deliveries: Deliveries, channel: Channel, address: string): Deliveries {
  const tries = deliveries[address]?.tries ?? [];
  return { ...deliveries, [address]: { channel, tries: [...tries, 'open'] } };
}

/** `open` stays open where nobody knows whether it arrived. */
export function settledAs(deliveries: Deliveries, address: string, how: 'sent' | 'failed'): Deliveries {
  const known = deliveries[address];
  if (known === undefined) return deliveries;
  const at = known.tries.lastIndexOf('open');
  return { ...deliveries, [address]: { ...known, tries: known.tries.map((one, index) => (index === at ? how : one)) } };
}
