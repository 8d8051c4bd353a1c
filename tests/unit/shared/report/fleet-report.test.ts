import assert from 'node:assert/strict';
import type { FleetEntry, FleetRecord } from '../../../../shared/contracts/nightly-backup.ts';
import { fleetReport } from '../../../../shared/report/backup/fleet-report.ts';

const entry = (database: string, change: Partial<FleetEntry> = {}): FleetEntry => ({
  database,
  executionName: `night-${database}`,
  isProven: true,
  isHeld: false,
  isRefused: false,
  verdict: 'exact',
  reason: 'all rows are proven',
  seconds: 90,
  evidenceKey: `backup-and-verify/${database}/evidence.json`,
  ...change,
});
const record = (databases: FleetEntry[]): FleetRecord => ({
  schemaVersion: 1,
  workflow: 'nightly-backup',
  execution: {
    name: 'night',
    arn: 'arn:aws:states:us-east-1:123456789012:execution:nightly-backup-prod:night',
    startedAt: '2026-03-01T08:30:00.000Z',
    recordedAt: '2026-03-01T09:30:00.000Z',
  },
  stage: 'prod',
  isProven: false,
  summary: '1 of 3 backups are not proven: orders',
  databases,
  failure: null,
});

test('the page of a night shows what is not proven before the rest, and says so where there is no evidence', () => {
  const broken = entry('orders', { isProven: false, verdict: null, reason: 'States.Timeout', evidenceKey: null });
  const page = fleetReport(record([entry('clubs'), broken, entry('stats')]), 'America/New_York');
  const places = ['orders', 'clubs', 'stats'].map((name) => page.indexOf(`<td>${name}</td>`));
  assert.deepEqual(
    places.toSorted((one, other) => one - other),
    places,
  );
  assert.ok(places.every((place) => place > 0));
  assert.match(page, /no evidence/);
  assert.match(page, /night-orders/);
  assert.match(page, /2026-03-01 08:30:00 UTC/);
});

test('the page of a night shows a text of a server as text', () => {
  const page = fleetReport(record([entry('orders', { reason: '<script>alert(1)</script>' })]), 'UTC');
  assert.doesNotMatch(page, /<script>/);
  assert.match(page, /&#60;script&#62;/);
});

const night = (number: number, isProven: boolean) => ({
  schemaVersion: 1 as const,
  startedAt: `2026-03-0${number}T08:30:00.000Z`,
  isProven,
  proven: isProven ? 3 : 2,
  databases: 3,
  pageKey: `nightly-backup/night-${number}/report.html`,
});

test('the page of a night links to the report of each database that has one, and to the nights before', () => {
  const silent = entry('orders', { isProven: false, verdict: null, evidenceKey: null });
  const page = fleetReport(record([entry('clubs'), silent]), 'UTC', [night(1, false), night(2, true)]);
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link = '']) =>
    new URL(link, 'https://bucket.example.com/nightly-backup/night/report.html').pathname.slice(1),
  );
  assert.deepEqual(links, [
    'backup-and-verify/clubs/report.html',
    'nightly-backup/night-2/report.html',
    'nightly-backup/night-1/report.html',
  ]);
  assert.match(page, /2 of 3 proven/);
  assert.match(page, /<svg[^>]*aria-label="Databases of a night"/);
});
