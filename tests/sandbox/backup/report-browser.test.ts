import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { note } from '../../support/note.ts';
import { pages } from '../../unit/shared/report/report-pages.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const artefacts = path.resolve(
  process.env['CI_ARTEFACTS'] ?? fileURLToPath(new URL('../../../reports/artefacts', import.meta.url)),
);

describe('the report in a browser', () => {
  let browser: Browser | undefined;
  const file = path.join(artefacts, 'report.html');
  beforeAll(async () => {
    assert.ok(
      executablePath !== undefined || process.env['CI'] !== 'true',
      'no chromium is installed\nHINT: apt-get install --no-install-recommends chromium',
    );
    if (executablePath === undefined) return;
    await mkdir(artefacts, { recursive: true });
    await writeFile(file, pages.backup());
    // Root's chromium has no sandbox of its own; it opens nothing but our file.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(() => browser?.close());

  /** Opens the report and looks at it; reports every complaint of the browser and every request but the first. */
  async function look<T>(width: number, work: (page: Page) => Promise<T>): Promise<T> {
    assert.ok(browser);
    const page = await browser.newPage({ viewport: { width, height: 844 }, deviceScaleFactor: 2 });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
    page.on('request', (request) => request.url() !== pathToFileURL(file).href && complaints.push(request.url()));
    try {
      await page.goto(pathToFileURL(file).href);
      const result = await work(page);
      assert.deepEqual(complaints, []);
      return result;
    } finally {
      await page.close();
    }
  }

  for (const [device, width] of [
    ['a screen', 1280],
    ['a phone', 390],
  ] as const) {
    test(`fits ${device} of ${width} pixels, with every plot drawn in letters that can be read`, async () => {
      if (executablePath === undefined) return note('chromium is not installed: nothing is opened');
      const { overflow, plots } = await look(width, async (page) => {
        await page.screenshot({ path: path.join(artefacts, `report-${width}.png`), fullPage: true });
        return (await page.evaluate(lookAtPage)) as {
          overflow: number;
          plots: { width: number; drawn: number; letters: number; beyond: number }[];
        };
      });
      assert.equal(overflow, 0, `${overflow} pixels are beyond the edge`);
      assert.equal(plots.length, 4);
      for (const plot of plots) {
        assert.ok(plot.width > Math.min(width, 992) * 0.85, `a plot is ${plot.width} pixels wide`);
        assert.ok(plot.drawn >= 7, `${plot.drawn} shapes have a size`);
        assert.ok(plot.letters >= 10, `letters are ${plot.letters} pixels high`);
        assert.equal(plot.beyond, 0, 'texts are cut off');
      }
    });
  }

  test('prints on pages with its plots, and the findings unfolded', async () => {
    if (executablePath === undefined) return note('chromium is not installed: nothing is printed');
    await look(1280, async (page) => {
      const pdf = await page.pdf({
        path: path.join(artefacts, 'report.pdf'),
        format: 'A4',
        margin: { top: '12mm', bottom: '12mm', left: '12mm', right: '12mm' },
      });
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
      await page.emulateMedia({ media: 'print' });
      await page.setViewportSize({ width: 700, height: 1000 });
      const { overflow, plots } = (await page.evaluate(lookAtPage)) as { overflow: number; plots: unknown[] };
      assert.deepEqual([overflow, plots.length], [0, 4]);
      const unfolded = await page.evaluate(
        `document.querySelector('details li').checkVisibility({ contentVisibilityAuto: true })`,
      );
      assert.equal(unfolded, true);
    });
  });
});

/** Runs in the page. */
const lookAtPage = `(() => {
  const root = document.documentElement;
  const shown = [...document.querySelectorAll('.plot svg')].filter((svg) => svg.checkVisibility());
  return {
    overflow: root.scrollWidth - root.clientWidth,
    plots: shown.map((svg) => {
      const box = svg.getBoundingClientRect();
      const shapes = [...svg.querySelectorAll('path, rect')].map((shape) => shape.getBoundingClientRect());
      const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() !== '').map((text) => text.getBoundingClientRect());
      return {
        width: box.width,
        drawn: shapes.filter((shape) => shape.width > 0 && shape.height > 0).length,
        letters: Math.min(...texts.map((text) => text.height)),
        beyond: texts.filter((text) => text.left < box.left - 1 || text.right > box.right + 1).length,
      };
    }),
  };
})()`;
