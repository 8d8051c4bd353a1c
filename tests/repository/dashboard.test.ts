import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, entriesAt, filesOf, stringsIn, textOf, yamlOf } from './files.ts';

type Widget = {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: Record<string, unknown>;
};

const body = () =>
  String(at(yamlOf('resources/dashboard.yml'), 'Resources', 'Dashboard', 'Properties', 'DashboardBody', 'Fn::Sub'));

/** As Fn::Sub has it. */
const reference = (name: string) => `\${${name}}`;

/** What the dashboard shows and nobody writes, or what it leaves out. */
function faultsOf(text: string): string[] {
  const { widgets } = JSON.parse(text) as { widgets: Widget[] };
  const faults: string[] = [];
  const published = filesOf('shared/lambda/*metrics.ts').flatMap(({ text }) =>
    [...text.matchAll(/addMetric\(\s*'(\w+)'/g)].map(([, name]) => String(name)),
  );
  const shown = [
    ...[...text.matchAll(/MetricName=\\"(\w+)\\"/g)].map(([, name]) => String(name)),
    ...[...text.matchAll(/\["pg-gameday", "(\w+)"/g)].map(([, name]) => String(name)),
  ];
  for (const name of shown) if (!published.includes(name)) faults.push(`metric '${name}' is published by nobody`);
  const machines = entriesAt(yamlOf('serverless.yml'), 'stepFunctions', 'stateMachines').map(([, one]) =>
    String(at(one, 'id')),
  );
  for (const id of machines)
    if (!text.includes(`"ExecutionsFailed", "StateMachineArn", "${reference(id)}"`))
      faults.push(`machine '${id}' is not shown`);
  const alarms = filesOf('resources/*.yml').flatMap(({ path }) =>
    entriesAt(yamlOf(path), 'Resources')
      .filter(([, resource]) => at(resource, 'Type') === 'AWS::CloudWatch::Alarm')
      .map(([id]) => id),
  );
  for (const id of alarms) if (!text.includes(`"${reference(`${id}.Arn`)}"`)) faults.push(`alarm '${id}' is not shown`);
  for (const [, id] of text.matchAll(/\$\{(\w+Alarm)\.Arn\}/g))
    if (!alarms.includes(String(id))) faults.push(`alarm '${id}' does not exist`);
  for (const [index, one] of widgets.entries()) {
    if (one.x + one.width > 24) faults.push(`widget ${index} is beyond the 24 columns`);
    const overlaps = widgets.some(
      (other, at) =>
        at < index &&
        one.x < other.x + other.width &&
        other.x < one.x + one.width &&
        one.y < other.y + other.height &&
        other.y < one.y + one.height,
    );
    if (overlaps) faults.push(`widget ${index} lies over another`);
    if (stringsIn(one.properties['title']).length === 0) faults.push(`widget ${index} has no title`);
  }
  return faults;
}

test('the dashboard shows every machine, every alarm, and only metrics that are published', () => {
  assert.ok(textOf('serverless.yml').includes('resources/dashboard.yml'));
  assert.deepEqual(faultsOf(body()), []);
});

test('a dashboard that shows what is not there, or leaves something out, is told', () => {
  const change = (from: string, to: string) => {
    assert.ok(body().includes(from), from);
    return faultsOf(body().replaceAll(from, to)).join('\n');
  };
  assert.match(change('DurationSeconds', 'Seconds'), /metric 'Seconds' is published by nobody/);
  assert.match(change('"Leftovers"', '"Rest"'), /metric 'Rest'/);
  assert.match(change(reference('Retention'), reference('Others')), /machine 'Retention' is not shown/);
  assert.match(change(`"${reference('LeftoversAlarm.Arn')}",`, ''), /alarm 'LeftoversAlarm' is not shown/);
  assert.match(change('LeftoversAlarm', 'OtherAlarm'), /alarm 'OtherAlarm' does not exist/);
  assert.match(change('"x": 12, "y": 0', '"x": 6, "y": 0'), /widget 1 lies over another/);
  assert.match(change('"x": 12', '"x": 13'), /beyond the 24 columns/);
});
