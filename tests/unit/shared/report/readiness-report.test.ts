import assert from 'node:assert/strict';
import { assessReadiness } from '../../../../shared/domain/readiness/assess-readiness.ts';
import { readinessReport } from '../../../../shared/report/readiness/readiness-report.ts';
import { measured, now, sound } from '../domain/readiness/sound-facts.ts';

const pageOf = (plant: (facts: ReturnType<typeof sound>) => void) => {
  const facts = sound();
  plant(facts);
  const { primary, standby, rule } = facts;
  return readinessReport(
    assessReadiness('app', { primary, standby }, rule, measured(), now),
    'prod',
    'America/New_York',
  );
};

describe('the page of readiness', () => {
  test('says go, what would be lost, and that nothing is to be mended', () => {
    const page = pageOf(() => {});
    assert.match(page, /<strong>go<\/strong>/);
    assert.match(page, /Nothing is to be mended/);
    assert.match(page, /logical replica/);
  });

  test('names the worst first, each with its remedy, and escapes what a database calls itself', () => {
    const page = pageOf(({ p, s }) => {
      p.tables.push({ name: 'public."<b>"', columns: '', hasIdentity: true, isUnlogged: false, grants: [] });
      s.subscriptions = [];
    });
    assert.match(page, /<strong>no-go<\/strong>/);
    assert.ok(page.indexOf('subscription-missing') < page.indexOf('table-not-published'));
    assert.match(page, /CREATE SUBSCRIPTION/);
    assert.doesNotMatch(page, /<b>/);
  });

  test('says that nothing is known where nothing is', () => {
    const page = pageOf(({ standby }) => {
      Object.assign(standby, { facts: null, snapshotSeconds: null, restorableSeconds: null });
    });
    assert.match(page, /Would be lost<\/th><td>not known/);
  });
});
