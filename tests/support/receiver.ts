import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A receiver on this computer: answers with each status in turn, then 200; `hang` never answers. */
export async function startReceiver() {
  const got: { path: string; body: Record<string, unknown> }[] = [];
  let answers: (number | 'hang')[] = [];
  const server = http.createServer(async (request, response) => {
    const body = await text(request);
    got.push({ path: request.url ?? '', body: body === '' ? {} : JSON.parse(body) });
    const answer = answers.shift() ?? 200;
    if (answer === 'hang') return;
    response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    got,
    url: (secret: string) => `http://127.0.0.1:${port}/${secret}`,
    answer: (...statuses: typeof answers) => {
      answers = statuses;
      got.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
