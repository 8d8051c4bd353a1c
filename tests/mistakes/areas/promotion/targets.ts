// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../../mistake.ts';

/** RTO and RPO: a promotion that is said to be in time, a prediction that nobody could make, an alarm that does not ring. */
export const targets: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/dr/targets.ts',
    tests: ['tests/unit/shared/domain/dr/assess-promotion.test.ts'],
    mistakes: [
      {
        name: 'a loss beyond the target is in time',
        find: ' || (rpoSeconds !== null && rpoSeconds > rpo)',
        replace: '',
      },
      {
        name: 'what nobody knows is in time',
        find: 'rtoSeconds === null || rpoSeconds === null ? null : true',
        replace: 'true',
      },
    ],
  },
  {
    file: 'shared/domain/dr/assess-promotion.ts',
    tests: ['tests/unit/shared/domain/dr/assess-promotion.test.ts'],
    mistakes: [
      {
        name: 'a name that no client has confirmed is in time',
        find: 'inTime === true && !isReached ? null : inTime',
        replace: 'inTime',
      },
    ],
  },
  {
    file: 'shared/domain/dr/past-recovery.ts',
    tests: ['tests/unit/shared/domain/dr/assess-promotion.test.ts'],
    mistakes: [{ name: 'a wait for people counts as work', find: "'AwaitApproval', ", replace: '' }],
  },
  {
    file: 'shared/evidence/recoveries.ts',
    tests: ['tests/unit/shared/evidence/recoveries.test.ts'],
    mistakes: [
      {
        name: 'a promotion that is missing is not said',
        find: 'return `${key} is not there`;',
        replace: 'throw new Error(key);',
      },
      { name: 'the oldest promotions are shown', find: '.sort().slice(-most)', replace: '.sort().slice(0, most)' },
    ],
  },
  {
    file: 'shared/domain/restore/prediction.ts',
    tests: ['tests/unit/shared/domain/readiness/predicted.test.ts'],
    mistakes: [
      { name: 'two promotions are a trend', find: 'const fewestValues = 3', replace: 'const fewestValues = 2' },
      {
        name: 'the interval is that of the mean',
        find: 'deviation * Math.sqrt(1 + 1 / count);',
        replace: 'deviation * Math.sqrt(1 / count);',
      },
    ],
  },
  {
    file: 'shared/domain/readiness/predicted.ts',
    tests: ['tests/unit/shared/domain/readiness/predicted.test.ts'],
    mistakes: [
      { name: 'a promotion that did not end predicts', find: '|| !ended.includes(result)', replace: '' },
      {
        name: 'the end of the lease takes no time',
        find: "rule.leaseMode === 'off' ? [] : [leaseWait]",
        replace: '[]',
      },
      {
        name: 'the expected loss is held against the target',
        find: 'recoveryPoint.high > rpoSeconds',
        replace: 'recoveryPoint.expected > rpoSeconds',
      },
      { name: 'no way at all misses nothing', find: "path === 'none' || ", replace: '' },
    ],
  },
  {
    file: 'shared/domain/readiness/physical.ts',
    tests: ['tests/unit/shared/domain/readiness/predicted.test.ts'],
    mistakes: [
      {
        name: 'a failed replica is the way of a promotion',
        find: "replica?.status === 'available' && ",
        replace: 'replica != null && ',
      },
    ],
  },
  {
    file: 'packaging/cloudformation/database-alarms.cjs',
    tests: ['tests/unit/packaging/prediction-alarms.test.ts'],
    mistakes: [
      {
        name: 'the alarm on targets watches a metric that nobody writes',
        find: "MetricName: 'PredictedMisses'",
        replace: "MetricName: 'PredictedMissed'",
      },
    ],
  },
];
