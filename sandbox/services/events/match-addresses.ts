import { isIP } from 'node:net';
import { refuse } from './invalid-pattern.ts';

/** Whether an address lies in a range such as `10.0.0.0/24` or `2001:db8::/56`. */
export function addressTest(cidr: string): (leaf: string) => boolean {
  const [address = '', mask = '', ...others] = cidr.split('/');
  if (others.length > 0 || !cidr.includes('/')) {
    return refuse("Malformed CIDR, one '/' required");
  }
  if (!/^[+-]?\d{1,9}$/.test(mask)) {
    return refuse('Malformed CIDR, mask bits must be an integer');
  }
  const bits = Number(mask);
  if (bits < 0) {
    return refuse('Malformed CIDR, mask bits must not be negative');
  }
  const family = isIP(address);
  if (family === 0) {
    return refuse(`Nonstandard IP address: ${address}`);
  }
  const size = family === 4 ? 32 : 128;
  if (bits >= size) {
    return refuse(`IPv${family} mask bits must be < ${size}`);
  }
  const shift = BigInt(size - bits);
  const network = toBits(address) >> shift;
  return (leaf) => isIP(leaf) === family && toBits(leaf) >> shift === network;
}

function toBits(address: string): bigint {
  if (isIP(address) === 4) {
    return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  }
  // The URL parser writes every form of an IPv6 address in one: groups of hexadecimal digits, `::` at most once.
  const plain = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
