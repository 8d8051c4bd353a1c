import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plot, plot } from '../../../shared/report/plot.ts';

const axis = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'];
const spend: Plot = {
  title: 'Spend a day',
  unit: 'USD',
  axis,
  series: [
    { kind: 'band', name: 'expected', lower: [-5, 8, 9, 9], upper: [12, 12, 13, 13] },
    { kind: 'line', name: 'spend', values: [10, 11, null, 40] },
    { kind: 'points', name: 'anomaly', values: [null, null, null, 40] },
    { kind: 'bar', name: 'budget', values: [20, 20, 20, 20] },
  ],
};

test('a plot shows its title, unit, axis and series by name', () => {
  const { markup } = plot(spend);
  for (const shown of ['Spend a day', 'USD', '2026-03-01', 'expected', 'anomaly', 'budget']) {
    assert.ok(markup.includes(shown), `'${shown}' is not in the picture`);
  }
  assert.ok(!markup.includes('(lower)'), 'the lower line of a band is no series of its own');
});

test('a plot is one SVG element that loads and runs nothing', () => {
  const { markup } = plot({ ...spend, title: `<script>alert("x")</script> & 'more'` });
  assert.match(markup, /^<svg [\s\S]*<\/svg>\s*$/);
  assert.doesNotMatch(markup, /<script|<style|href=|url\(|class=/);
  assert.match(markup, /&lt;script|&#60;script/);
});

test('the same plot gives the same text, whatever was drawn before it', () => {
  const first = plot(spend).markup;
  plot({ ...spend, title: 'another' });
  assert.equal(plot(spend).markup, first);
});

test('a band, a line, marks and bars are each drawn', () => {
  const paths = (series: Plot['series']) =>
    plot({ ...spend, series }).markup.match(/<(path|rect|polygon|circle)/g)?.length ?? 0;
  const empty = paths([]);
  for (const one of spend.series) {
    assert.ok(paths([one]) > empty, `nothing is drawn for ${one.kind}`);
  }
});

test('without values a plot is an empty frame, and no crash', () => {
  assert.match(plot({ title: 'Nothing', unit: 'USD', axis: [], series: [] }).markup, /^<svg /);
});
