import assert from 'node:assert/strict';
import { foreignPage } from '../../../../sandbox/wire/foreign-page.ts';

const port = 4566;
const asked = (headers: Record<string, string>) => foreignPage({ host: `127.0.0.1:${port}`, ...headers }, port);

describe('a request to the sandbox', () => {
  test('of a client of AWS is answered, by whatever name leads to this computer', () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', 'bucket.localhost', 'my.bucket.localhost', 'LOCALHOST'])
      for (const name of [host, `${host}:${port}`]) assert.equal(asked({ host: name }), undefined, name);
    assert.equal(asked({ 'sec-fetch-site': 'none' }), undefined, 'a person has pasted a presigned URL');
  });

  test('to a name of somebody else, or to another port, is not', () => {
    for (const host of [
      'example.com',
      `rebound.example.com:${port}`,
      '192.0.2.1',
      `127.0.0.1:${port + 1}`,
      '',
      'localhost.example.com',
    ])
      assert.match(asked({ host }) ?? '', /^Host is /, host);
  });

  test('of a page of any origin, its own too, is not', () => {
    for (const origin of ['https://example.com', 'null', `http://127.0.0.1:${port}`, ''])
      assert.match(asked({ origin }) ?? '', /^Origin is /, origin);
    for (const site of ['cross-site', 'same-site', 'same-origin'])
      assert.match(asked({ 'sec-fetch-site': site }) ?? '', /^Sec-Fetch-Site is /, site);
  });
});
