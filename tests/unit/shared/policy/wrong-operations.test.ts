import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { InvalidOperationsError } from '../../../../shared/errors.ts';
import { parseOperations } from '../../../../shared/policy/validate.ts';
import { note } from '../../../support/note.ts';
import { policyWith } from './operations-text.ts';

/** Path, what an operator wrote there (as YAML), and what is reported to be expected. */
const wrong: readonly (readonly [string, string, string])[] = [
  ['backupPlan.schedule', 'cron(nonsense)', 'a schedule that EventBridge takes'],
  ['backupPlan.schedule', 'cron(99 8 * * ? *)', 'a schedule that EventBridge takes'],
  ['backupPlan.schedule', 'cron(0 8 * * * *)', 'a schedule that EventBridge takes'],
  ['backupPlan.schedule', 'cron(0 8 * * ? 2020)', 'a schedule that EventBridge takes and that fires at all'],
  ['backupPlan.schedule', 'cron(0 8 31 2 ? *)', 'a schedule that EventBridge takes and that fires at all'],
  ['backupPlan.schedule', 'rate(1 days)', 'a schedule that EventBridge takes'],
  ['backupPlan.schedule', 'rate(2 day)', 'a schedule that EventBridge takes'],
  ['costs.schedule', 'rate(0 days)', 'a schedule that EventBridge takes'],
  ['costs.schedule', 'at(2026-01-01T00:00:00)', 'an EventBridge schedule such as'],
  ['stages.dev.officeHours.holidays', "['2026-02-31']", 'a day of the calendar'],
  ['stages.dev.officeHours.holidays', "['2026-13-01']", 'a day of the calendar'],
  ['stages.dev.officeHours.holidays', "['25.12.2026']", 'a date such as'],
  ['stages.dev.databases.fantasy.copyInstanceClass', 'db.r6g.huge', 'an instance class such as'],
  ['stages.dev.databases.fantasy.copyInstanceClass', 'r6g.large', 'an instance class such as'],
  ['stages.dev.databases.fantasy.copyInstanceClass', 'db.r6g.0xlarge', 'an instance class such as'],
  ['costs.prices.instanceHour', '{ r6g.large: 1 }', 'an instance class such as'],
  ['costs.prices.instanceHour', '{ db.r6g.large: 0 }', 'more than 0'],
  ['stages.prod.monthlyBudget', '.nan', 'type number'],
  ['stages.prod.monthlyBudget', '.inf', 'type number'],
  ['stages.prod.monthlyBudget', '-.inf', 'type number'],
  ['stages.prod.monthlyBudget', '0', 'more than 0'],
  ['stages.prod.monthlyBudget', '-5', 'more than 0'],
  ['stages.prod.monthlyBudget', '1e99', 'at most 1000000000'],
  ['costs.caps.drill', '0', 'more than 0'],
  ['costs.caps.month', '1', 'at least drill'],
  ['costs.minimumMoney', '-1', 'at least 0'],
  ['costs.minimumShare', '.nan', 'type number'],
  ['costs.severities.P2', '1', 'more than P3'],
  ['costs.prices.snapshotGbMonth', '0', 'more than 0'],
  ['remediation.alarms.leaked-credential', '{ isolate-credential: act }', 'one of "observe", "ask"'],
  ['stages.dev.remediation.alarms', '{ leaked-credential: { isolate-credential: act } }', 'one of "observe", "ask"'],
  ['backupPlan.limits.unverifiableRowShare', '.inf', 'type number'],
  ['backupPlan.bracket.marginSeconds', '-1', 'at least 1'],
  ['backupPlan.fleet.concurrency', '100', 'at most 40'],
  ['health.alarms.connections.critical', '75', 'more than warning, which is 75'],
  ['health.alarms.cache-hit.critical', '95', 'less than warning, which is 95'],
  ['health.alarms.connections.warning', '-1', 'at least 0'],
  ['health.cacheHit.minutes', '90', 'at most 60'],
];

describe('an operations.yml with something wrong in it is refused with place and remedy', () => {
  for (const [path, yaml, expected] of wrong) {
    test(`${path}: ${yaml}`, () => {
      assert.throws(
        () => parseOperations(policyWith({ [path]: parse(yaml) })),
        (error) => {
          assert.ok(error instanceof InvalidOperationsError);
          const lines = error.message.split('\n');
          assert.equal(lines[0], "'operations.yml' has 1 fault", error.message);
          assert.ok(lines[1]?.startsWith(`  operations.yml ${path}`), error.message);
          assert.ok(lines[1]?.includes(`, expected ${expected}`), error.message);
          assert.match(lines.at(-1) ?? '', /^HINT: Mend every line above/);
          note(lines[1]?.trim() ?? '');
          return true;
        },
      );
    });
  }
});
