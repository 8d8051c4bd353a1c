import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { note } from '../../support/note.ts';
import { pages } from '../../unit/shared/report/report-pages.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const artefacts = path.resolve(
  process.env['CI_ARTEFACTS'] ?? fileURLToPath(new URL('../../../reports/artefacts', import.meta.url)),
);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Complaint = { readonly id: string; readonly impact: string; readonly where: readonly string[] };

describe('every page', () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    assert.ok(
      executablePath !== undefined || process.env['CI'] !== 'true',
      'no chromium is installed\nHINT: apt-get install --no-install-recommends chromium',
    );
    if (executablePath === undefined) return;
    await mkdir(artefacts, { recursive: true });
    for (const [name, make] of Object.entries(pages)) await writeFile(fileOf(name), make());
    // Root's chromium has no sandbox of its own; it opens nothing but our files.
    browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  });
  afterAll(() => browser?.close());

  const fileOf = (name: string) => path.join(artefacts, `${name}.html`);
  const open = async <T>(
    name: string,
    width: number,
    colorScheme: 'light' | 'dark',
    work: (page: Page) => Promise<T>,
  ): Promise<T> => {
    assert.ok(browser);
    const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
    try {
      await page.goto(pathToFileURL(fileOf(name)).href);
      return await work(page);
    } finally {
      await page.close();
    }
  };

  for (const name of Object.keys(pages)) {
    for (const [device, width] of [
      ['screen', 1280],
      ['phone', 390],
    ] as const) {
      for (const scheme of ['light', 'dark'] as const) {
        test(`${name} on a ${device} in ${scheme}: axe finds nothing serious, nothing is beyond the edge`, async () => {
          if (executablePath === undefined) return note('chromium is not installed: nothing is opened');
          await open(name, width, scheme, async (page) => {
            await page.screenshot({ path: path.join(artefacts, `${name}-${device}-${scheme}.png`), fullPage: true });
            assert.deepEqual(await complaints(page), []);
            assert.equal(await page.evaluate(beyondTheEdge), 0);
            const grounds = (await page.evaluate(groundsOfPictures)) as string[];
            assert.equal(grounds.length > 0, !withoutPictures.includes(name));
            const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
            assert.deepEqual(new Set([ground, ...grounds]), new Set([ground]), 'a picture is a panel on the page');
          });
        });
      }
    }

    test(`${name} on paper: light, whole words, nothing beyond the edge, few pages`, async () => {
      if (executablePath === undefined) return note('chromium is not installed: nothing is printed');
      await open(name, 1280, 'dark', async (page) => {
        const margin = { top: '12mm', bottom: '12mm', left: '12mm', right: '12mm' };
        const pdf = await page.pdf({ path: path.join(artefacts, `${name}.pdf`), format: 'A4', margin });
        const count = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
        assert.ok(count >= 1 && count <= 4, `${count} pages`);
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        await page.setViewportSize({ width: paperWidth, height: 1000 });
        await page.screenshot({ path: path.join(artefacts, `${name}-paper.png`), fullPage: true });
        assert.deepEqual(await complaints(page), []);
        assert.equal(await page.evaluate(beyondTheEdge), 0);
        assert.deepEqual(await page.evaluate(brokenWords), []);
        assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)');
      });
    });
  }

  test('a table that is wider than a phone is reached by the tab key', async () => {
    if (executablePath === undefined) return note('chromium is not installed: nothing is opened');
    await open('costs', 390, 'light', async (page) => {
      const labels: unknown[] = [];
      for (let count = 0; count < 10; count += 1) {
        await page.keyboard.press('Tab');
        labels.push(await page.evaluate('document.activeElement?.getAttribute("aria-label")'));
      }
      assert.ok(labels.includes('By service') && labels.includes('Waste'), labels.join(', '));
    });
  });
});

/** Pixels between the margins of A4 at 96 a inch. */
const paperWidth = 703;

/** What axe calls serious or critical, in words. */
async function complaints(page: Page): Promise<Complaint[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical' || impact === 'moderate')
    .map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
    }));
}

/** These run in the page. */
const beyondTheEdge = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;
const withoutPictures = ['slowQueries', 'stranded', 'failover', 'incident', 'readiness'];
const groundsOfPictures = `[...document.querySelectorAll('.plot svg')].filter((svg) => svg.checkVisibility())
  .map((svg) => getComputedStyle(svg.querySelector('rect')).fill)`;
/** Words and names in plain text that lie on two lines although they are no longer than a line of any table. */
const brokenWords = `(() => {
  const broken = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement.closest('code, svg') || !node.parentElement.checkVisibility()) continue;
    for (const { index, 0: word } of node.data.matchAll(/(?<!\\w)\\w{2,24}(?!\\w)/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(word);
    }
  }
  return broken;
})()`;
