import assert from 'node:assert/strict';
import { type Plot, plot } from '../../../../shared/report/plot/plot.ts';
import { timeLine } from '../../../../shared/report/plot/time-line.ts';

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

test('texts that are names of members of every object stay texts', () => {
  const names = ['__proto__', 'constructor', 'toString', 'a\n__proto__'];
  const members = () => Reflect.ownKeys(Object.prototype).concat(Reflect.ownKeys(Object));
  const before = members();
  for (const name of names) {
    const values = [1, 2, 3, 4];
    plot({ title: name, unit: name, axis: names, series: [{ kind: 'line', name, values }] });
    timeLine({ title: name, spans: [{ name, from: 0, to: 1 }] });
  }
  assert.deepEqual(members(), before);
  assert.ok(timeLine({ title: 'Run', spans: [{ name: '__proto__', from: 0, to: 1 }] }).markup.includes('__proto__'));
});

test('without values a plot is an empty frame, and no crash', () => {
  assert.match(plot({ title: 'Nothing', unit: 'USD', axis: [], series: [] }).markup, /^<svg /);
});

test('a time line has a bar for each span, and reports long ones in larger units', () => {
  const spans = [
    { name: 'TakeWitness', from: 0, to: 60 },
    { name: 'StartRestore', from: 60, to: 60 },
    { name: 'VerifyTables', from: 60, to: 100 },
  ];
  const { markup } = timeLine({ title: 'Run', spans });
  for (const shown of ['Run, seconds', ...spans.map(({ name }) => name)]) assert.ok(markup.includes(shown), shown);
  assert.equal(markup.match(/fill="var\(--plot-1, #1d4ed8\)"/g)?.length, 3);
  const longer = (factor: number) =>
    timeLine({
      title: 'Run',
      spans: spans.map(({ name, from, to }) => ({ name, from: from * factor, to: to * factor })),
    });
  assert.ok(longer(10).markup.includes('Run, minutes'));
  assert.ok(longer(1000).markup.includes('Run, hours'));
});
