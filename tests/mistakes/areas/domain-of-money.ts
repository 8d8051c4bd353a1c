import type { MistakesInFile } from '../mistake.ts';

const unit = 'tests/unit/shared/domain';

/** Decisions about costs, caps, waste, office hours and who hears of what. */
export const domainOfMoney: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/notification/notification.ts',
    tests: ['tests/unit/shared/report/notifications.test.ts'],
    mistakes: [
      {
        name: 'an alarm that cannot measure is over',
        find: "NewStateValue === 'OK'",
        replace: "NewStateValue !== 'ALARM'",
      },
      {
        name: 'the end of what is watched ends every incident of the database',
        find: "dimension('service') === 'backup-and-verify'",
        replace: "dimension('service') !== undefined",
        tests: ['tests/unit/shared/notify/incidents.test.ts'],
      },
      {
        name: 'alarms of one name in two regions are one incident',
        find: 'regionOf(message.TopicArn)',
        replace: "''",
        tests: ['tests/unit/shared/notify/incidents.test.ts'],
      },
      {
        name: 'PagerDuty never hears of an end',
        find: "(state === 'resolved' && pages)",
        replace: "(state === 'resolved' && !pages)",
      },
      {
        name: 'anybody may speak of money',
        find: 'isOfCosts(message.TopicArn)\n    ?',
        replace: 'message.TopicArn\n    ?',
      },
      { name: 'a channel that failed is its own substitute', find: '!failed.includes(channel) && ', replace: '' },
    ],
  },
  {
    file: 'shared/domain/office-hours/office-hours.ts',
    tests: [`${unit}/office-hours/office-hours.property.test.ts`],
    mistakes: [
      {
        name: 'production is stopped when somebody names it',
        find: "if (rule.productionInstances.includes(id)) return 'is an instance of production';\n",
        replace: '',
      },
      {
        name: 'what an owner has protected is stopped',
        find: 'if (tags[officeTags.protected] !== undefined)',
        replace: 'if (tags[officeTags.consent] === undefined)',
      },
      {
        name: 'the last hour of the day is closed one minute late',
        find: 'from <= time && time < to',
        replace: 'from <= time && time <= to',
      },
      { name: 'a bare date ends at its beginning', find: '.slice(0, 10) <= date', replace: '.slice(0, 10) < date' },
      {
        name: 'an instance in a backup is stopped',
        find: "if (status !== 'available') return",
        replace: "if (status === 'stopped') return",
      },
      { name: 'holidays are working days', find: ' && !holidays.includes(date)', replace: '' },
    ],
  },
  {
    file: 'shared/domain/proof-cost/cap.ts',
    tests: [`${unit}/proof-cost/cap.property.test.ts`],
    mistakes: [
      {
        name: 'a recovery that a person starts is stopped by a cap',
        find: 'drill.isScheduled && reason',
        replace: 'reason',
      },
      {
        name: 'the other proofs of the month cost nothing',
        find: 'spent + predicted > month',
        replace: 'predicted > month',
      },
    ],
  },
  {
    file: 'shared/domain/waste/finding.ts',
    tests: [`${unit}/waste/waste.property.test.ts`],
    mistakes: [
      {
        name: 'what is protected is called waste',
        find: 'if (tags[officeTags.protected] !== undefined) return true;\n',
        replace: '',
      },
      {
        name: 'what has no readable age is old',
        find: '!(daysSince(createdAt, now) >= graceDays)',
        replace: 'daysSince(createdAt, now) < graceDays',
      },
      {
        name: 'what has no price comes first',
        find: 'Number(one.aMonth === null) - Number(other.aMonth === null)',
        replace: 'Number(other.aMonth === null) - Number(one.aMonth === null)',
      },
    ],
  },
  {
    file: 'shared/domain/waste/database.ts',
    tests: [`${unit}/waste/database.property.test.ts`],
    mistakes: [
      {
        name: 'a smaller class is advised by the mean of the CPU',
        find: 'const cpu = (most(use.cpu)',
        replace: 'const cpu = (mean(use.cpu)',
      },
      { name: 'memory in use is the memory that is free', find: 'now.memoryGib * gibibyte - least', replace: 'least' },
      {
        name: 'a database with half of its hours is measured',
        find: 'const wantedHours = 0.95 *',
        replace: 'const wantedHours = 0.5 *',
      },
      { name: 'a read replica is advised to be smaller', find: '  relatives.length === 0 &&\n', replace: '' },
    ],
  },
  {
    file: 'shared/domain/waste/database-snapshots.ts',
    tests: [`${unit}/waste/database-snapshots.property.test.ts`],
    mistakes: [
      {
        name: 'a region that could not be read has no instances',
        find: "isCopy || own === undefined ? 'unknown' : 'gone'",
        replace: "isCopy ? 'unknown' : 'gone'",
      },
      { name: 'a snapshot on hold is waste', find: ' || tags[tagKeys.hold] !== undefined', replace: '' },
    ],
  },
  {
    file: 'shared/domain/waste/storage.ts',
    tests: [`${unit}/waste/waste.property.test.ts`],
    mistakes: [
      {
        name: 'a volume that a machine has is waste',
        find: "state !== 'available' || attachments > 0",
        replace: "state !== 'available' && attachments > 0",
      },
      {
        name: 'a snapshot that an image needs is waste',
        find: 'if (images.some(({ snapshotIds }) => snapshotIds.includes(id))) return undefined;\n',
        replace: '',
      },
    ],
  },
  {
    file: 'shared/domain/cost/whole-days.ts',
    tests: [`${unit}/cost/analysis.test.ts`, `${unit}/cost/series.test.ts`],
    mistakes: [
      {
        name: 'a day of which a page is missing is a day',
        find: 'Math.abs(sum - wanted) <= ',
        replace: 'sum - wanted <= ',
      },
    ],
  },
  {
    file: 'shared/domain/cost/edition.ts',
    tests: [`${unit}/cost/analysis.test.ts`, `${unit}/cost/assess.test.ts`],
    mistakes: [
      { name: 'a week ends on Monday', find: 'weekdayOf(lastDay) === 0', replace: 'weekdayOf(lastDay) === 1' },
      { name: 'a quarter ends with each even month', find: 'months % 3 === 0', replace: 'months % 2 === 0' },
    ],
  },
  {
    file: 'shared/domain/cost/severity.ts',
    tests: [`${unit}/cost/assess.test.ts`, `${unit}/cost/analysis.test.ts`],
    mistakes: [
      {
        name: 'an excess that lasts calls somebody every day',
        find: 'events.filter(({ isNew }) => isNew)',
        replace: 'events',
      },
      {
        name: 'a cost that has stopped is no news',
        find: "return kind === 'missing' || aDay >= rule.P3",
        replace: 'return aDay >= rule.P3',
      },
    ],
  },
  {
    file: 'shared/domain/cost/fees.ts',
    tests: [`${unit}/cost/root-cause.test.ts`],
    mistakes: [
      {
        name: 'one day of a quarter is a rule',
        find: 'period === 1 ? { money: last, tolerance: 0.15 * last } : undefined',
        replace: '{ money: last, tolerance: 0.15 * last }',
      },
    ],
  },
  {
    file: 'shared/domain/cost/root-cause.ts',
    tests: [`${unit}/cost/root-cause.test.ts`],
    mistakes: [
      {
        name: 'a cost that has stopped is explained by what has grown',
        find: "days.kind === 'missing' ? -1 : 1",
        replace: '1',
      },
    ],
  },
];
