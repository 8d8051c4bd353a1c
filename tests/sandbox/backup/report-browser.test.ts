import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ladder } from '../../../shared/contracts/verification.ts';
import { backupReport } from '../../../shared/report/backup/backup-report.ts';
import { evidenceWith } from '../../support/evidence-sample.ts';
import { note } from '../../support/note.ts';
import { historyWith } from '../../unit/shared/report/history-sample.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const artefacts = path.resolve(
  process.env['CI_ARTEFACTS'] ?? fileURLToPath(new URL('../../../reports/artefacts', import.meta.url)),
);

/** Of the size and the wording of a real run, with what would break the layout: long names, long causes. */
function sampleReport(): string {
  const sample = evidenceWith((place) => place);
  const at = (minute: number) => new Date(Date.UTC(2026, 2, 31, 8, 30 + minute)).toISOString();
  const phases = [
    'TakeWitness',
    'AwaitSnapshot',
    'StartRestore',
    'AwaitRestore',
    'VerifyServer',
    'VerifyTables',
    'CleanUp',
  ];
  return backupReport(
    {
      ...sample,
      database: 'fantasy',
      stage: 'prod',
      verdict: 'bounded',
      summary:
        '931367 of 931551 rows in 39 tables are proven equal to the source; unverifiable: 184 rows (0.02 %), 1 table',
      failure: null,
      cleanUpFailure: { state: 'CheckDeleted', error: 'CleanUpTimedOut', cause: `copy gd-copy-${'x'.repeat(180)}` },
      rungs: ladder.map((name) => ({
        name,
        status: name === 'tables' ? 'gap' : 'passed',
        summary: `${name}: 14 of 14 equal`,
        findings:
          name === 'tables'
            ? [{ object: 'stats.live_scores', status: 'gap', problem: 'is unlogged: a restore leaves it empty' }]
            : [],
      })),
      tables: Array.from({ length: 39 }, (_, index) => ({
        table: index === 3 ? `stats.${'a_very_long_name_of_a_table_'.repeat(4)}` : `league.table_${index}`,
        status: index === 7 ? 'unverifiable' : 'proven',
        rows: String(1_234_567 * (index + 1)),
        bytes: 123_456_789 * (index + 1),
        matchedRows: index,
        unverifiableRows: index % 5,
        ...(index === 7 ? { reason: 'was rewritten between S1 and S2' } : {}),
      })),
      phases: phases.map((name, index) => ({ name, startedAt: at(index * 4), endedAt: at(index * 4 + 4) })),
    },
    'America/New_York',
    { key: 'evidence-chain/fantasy/000000090.json', sequence: 90, sha256: 'c0de'.repeat(16) },
    historyWith(90),
  );
}

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
    await writeFile(file, sampleReport());
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
