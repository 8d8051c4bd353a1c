// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

/** What stands for AWS: as strict as it is. */
export const sandbox: readonly MistakesInFile[] = [
  {
    file: 'sandbox/iam/evaluate.ts',
    tests: ['tests/unit/sandbox/iam-policies.test.ts', 'tests/unit/sandbox/iam/evaluate.test.ts'],
    mistakes: [
      {
        name: 'a Deny is outvoted',
        find: "if (own.some(({ effect }) => effect === 'Deny')) {",
        replace: "if (own.every(({ effect }) => effect === 'Deny')) {",
      },
      {
        name: 'a boundary permits what it does not name',
        find: ' || (isByOwn && bound?.length === 0)',
        replace: '',
      },
      {
        name: 'a boundary denies nothing',
        find: "bound?.some(({ effect }) => effect === 'Deny') === true",
        replace: 'false',
      },
      {
        name: 'a role is assumed by whoever may call',
        find: '!isServiceCaller(caller) && !isTrustRequired',
        replace: '!isServiceCaller(caller)',
      },
    ],
  },
  {
    file: 'sandbox/iam/condition.ts',
    tests: ['tests/unit/sandbox/iam-policies.test.ts', 'tests/unit/sandbox/iam/evaluate.test.ts'],
    mistakes: [
      {
        name: 'one of several values is enough',
        find: 'actual.some(holdsFor) : actual.every(holdsFor)',
        replace: 'actual.some(holdsFor) : actual.some(holdsFor)',
      },
      {
        name: 'a tag that is absent is present',
        find: 'expected.includes(String(!context.has(name)))',
        replace: 'expected.includes(String(context.has(name)))',
      },
      {
        name: 'a missing key fulfils a condition',
        find: 'return ifExists !== undefined || set',
        replace: 'return ifExists === undefined || set',
      },
    ],
  },
  {
    file: 'sandbox/iam/pattern.ts',
    tests: ['tests/unit/sandbox/iam-policies.test.ts'],
    mistakes: [
      {
        name: 'a star of one part of an ARN reaches into the next',
        find: 'const partsBeforeResource = 5',
        replace: 'const partsBeforeResource = 0',
      },
    ],
  },
  {
    file: 'sandbox/wire/foreign-page.ts',
    tests: ['tests/unit/sandbox/wire/foreign-page.test.ts'],
    mistakes: [
      { name: 'any web page is answered', find: 'if (origin !== undefined) {', replace: "if (origin === '') {" },
      {
        name: 'any name that leads here is answered',
        find: 'return isLocal && (given',
        replace: "return name !== '' && (given",
      },
    ],
  },
  {
    file: 'sandbox/services/cloudwatch/alarms/assess-datapoints.ts',
    tests: ['tests/unit/sandbox/cloudwatch-assess.test.ts', 'tests/unit/sandbox/cloudwatch-assess.property.test.ts'],
    mistakes: [
      {
        name: 'a threshold is reached beyond it',
        find: 'GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold',
        replace: 'GreaterThanOrEqualToThreshold: (value, threshold) => value > threshold',
      },
      {
        name: 'missing data are good data',
        find: "if (filled === 0 || treatMissingData === 'notBreaching')",
        replace: "if (filled === 0 || treatMissingData !== 'breaching')",
      },
      {
        name: 'M of N is all of N',
        find: 'if (bad.length >= datapointsToAlarm)',
        replace: 'if (bad.length >= evaluationPeriods)',
      },
    ],
  },
  {
    file: 'sandbox/package/package-inputs.ts',
    tests: ['tests/unit/runner/runner.test.ts'],
    mistakes: [{ name: 'a changed source is packaged from the cache', find: '.update(content);', replace: ';' }],
  },
  {
    file: 'sandbox/asl/retry-catch.ts',
    tests: ['tests/asl/errors.test.ts'],
    mistakes: [
      {
        name: 'a retrier is asked once more than it may',
        find: 'made >= (retrier.MaxAttempts ?? 3)',
        replace: 'made > (retrier.MaxAttempts ?? 3)',
      },
      {
        name: 'a wait does not grow',
        find: '(retrier.BackoffRate ?? 2) ** made',
        replace: '(retrier.BackoffRate ?? 2)',
      },
      {
        name: 'a wait grows without bound',
        find: 'Math.min(exponential, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY)',
        replace: 'exponential',
      },
    ],
  },
  {
    file: 'sandbox/asl/states/choice.ts',
    tests: ['tests/asl/simple-states.test.ts'],
    mistakes: [
      {
        name: 'the default of a choice is always taken',
        find: 'if (await visit.evaluateBoolean(rule.Condition',
        replace: 'if (index < 0 && await visit.evaluateBoolean(rule.Condition',
      },
    ],
  },
  {
    file: 'sandbox/services/events/match-numbers.ts',
    tests: ['tests/unit/recorded-events.test.ts', 'tests/unit/sandbox/sandbox-events.test.ts'],
    mistakes: [
      {
        name: 'a range of numbers has its upper bound in it',
        find: "['<', (leaf: number, limit: number) => leaf < limit]",
        replace: "['<', (leaf: number, limit: number) => leaf <= limit]",
      },
      {
        name: 'an empty range is a pattern',
        find: 'if (requireNumber(limit) >= requireNumber(highest))',
        replace: 'if (requireNumber(limit) > requireNumber(highest))',
      },
    ],
  },
  {
    file: 'sandbox/template/intrinsics.ts',
    tests: ['tests/unit/sandbox/sandbox-template.test.ts'],
    mistakes: [
      {
        name: 'a reference to nothing is a text',
        find: "throw new Error(`template refers to '${logicalId}', which",
        replace: "return { Type: 'AWS::None' } as Resource; throw new Error(`template refers to '${logicalId}', which",
      },
    ],
  },
  {
    file: 'sandbox/services/rds/operations/take-snapshot.ts',
    tests: ['tests/emulator/rds-snapshots.test.ts'],
    mistakes: [
      {
        name: 'earlier tags win over later ones',
        find: 'lists.flat().map((tag)',
        replace: 'lists.flat().reverse().map((tag)',
      },
    ],
  },
];
