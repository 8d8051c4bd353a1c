import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isTurnOfCopy } from '../../../../../shared/domain/backup/proof-turn.ts';

const zones = ['America/New_York', 'UTC', 'Australia/Lord_Howe', 'Pacific/Kiritimati', 'Europe/Berlin'];
const dayOf = (at: Date, timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(at);

test('the turn changes from each day of the platform to the next, and never within one', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2020-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }),
      fc.constantFrom(...zones),
      (at, timeZone) => {
        const hours = Array.from({ length: 49 }, (_, hour) => new Date(at.getTime() + hour * 3_600_000));
        for (const [index, later] of hours.slice(1).entries()) {
          const earlier = hours[index] ?? at;
          const isSameDay = dayOf(earlier, timeZone) === dayOf(later, timeZone);
          assert.equal(isTurnOfCopy(earlier, timeZone) === isTurnOfCopy(later, timeZone), isSameDay);
        }
      },
    ),
  );
});

test('the turn is that of the platform: late in New York it is tomorrow elsewhere', () => {
  assert.equal(isTurnOfCopy(new Date('1970-01-03T04:00:00Z'), 'UTC'), true);
  assert.equal(isTurnOfCopy(new Date('1970-01-03T04:00:00Z'), 'America/New_York'), false);
});
