import { createSocket } from 'node:dgram';
import { addressData, nameData, nameError, readQuestion, types, writeAnswer } from './dns-message.ts';
import { canonical, type Zones } from './zones.ts';

/**
 * The resolver of every network: answers over UDP what the zones say, and remembers it for its time to live, which is shortened as all
 * waits are. Hosts that a record leads to are on this machine.
 */
export async function serveNames(zones: Zones, { now, speed }: { readonly now: () => number; readonly speed: number }) {
  const remembered = new Map<
    string,
    { readonly target: string; readonly ttlSeconds: number; readonly until: number }
  >();

  function targetOf(name: string) {
    const known = remembered.get(name);
    if (known !== undefined && now() < known.until) return known;
    const record = zones.answer(name, 'CNAME');
    const [target] = record?.values ?? [];
    if (record === undefined || target === undefined) return undefined;
    const { ttlSeconds } = record;
    const found = { target: canonical(target), ttlSeconds, until: now() + (ttlSeconds * 1000) / speed };
    remembered.set(name, found);
    return found;
  }

  const socket = createSocket('udp4');
  socket.on('message', (message, { address, port }) => {
    const question = readQuestion(message);
    if (question === undefined) return;
    const name = canonical(question.name);
    const alias = targetOf(name);
    const isHost = zones.isTarget(name);
    const answer =
      alias !== undefined
        ? { type: types.CNAME, ttlSeconds: alias.ttlSeconds, data: nameData(alias.target) }
        : isHost && question.type === types.A
          ? { type: types.A, ttlSeconds: 5, data: addressData('127.0.0.1') }
          : undefined;
    socket.send(writeAnswer(message, question, answer, alias === undefined && !isHost ? nameError : 0), port, address);
  });
  // A client that is gone when its answer comes is no fault of the resolver.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  socket.unref();
  let closed: Promise<void> | undefined;
  return {
    address: `127.0.0.1:${socket.address().port}`,
    targetOf: (name: string) => targetOf(canonical(name))?.target,
    /** May be called twice, as a sandbox may be stopped twice. */
    close: () => {
      closed ??= new Promise<void>((resolve) => socket.close(() => resolve()));
      return closed;
    },
  };
}
