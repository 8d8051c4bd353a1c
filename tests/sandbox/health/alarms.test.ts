import assert from 'node:assert/strict';
import { faultsOf } from '../../../sandbox/alarm-drill/alarm-case.ts';
import { alarmCases } from '../../../sandbox/alarm-drill/case-list.ts';
import { type AlarmDrill, openAlarmDrill } from '../../../sandbox/alarm-drill/run-cases.ts';

let drill: AlarmDrill;
beforeAll(() => {
  drill = openAlarmDrill();
});
afterAll(() => drill[Symbol.asyncDispose]());

// The cases of `npm run drill -- alarms`, in its order, on its servers.
for (const one of alarmCases) {
  const comes = one.expected === 'quiet' ? 'stays quiet' : `comes to ${one.expected}`;
  test(`alarm ${one.alarm} ${comes}: ${one.title}`, async () => {
    assert.deepEqual(faultsOf(await drill.run(one)), []);
  });
}
