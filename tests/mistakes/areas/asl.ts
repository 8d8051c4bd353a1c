// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

/** The order of the steps: choices, catches, retries, bounds. */
export const asl: readonly MistakesInFile[] = [
  {
    file: 'statemachines/backup-and-verify.asl.yml',
    tests: ['tests/workflows/backup-and-verify.test.ts'],
    names: 'without an incident|when a task fails|second region|its proof found|bracket is missed|tail fails',
    mistakes: [
      {
        name: 'the choice after a failed clean-up takes another attempt',
        find: ' and $failure = null and $cleanUpFailure = null %}"\n        Assign:\n          attempt: 2',
        replace: ' and $failure = null %}"\n        Assign:\n          attempt: 2',
      },
      {
        name: 'a run whose clean-up failed succeeds',
        find: '$failure = null and $cleanUpFailure = null and $copyFailure = null',
        replace: '$failure = null and $copyFailure = null',
      },
      {
        name: 'a backup that is not copied succeeds',
        find: ' and $copyFailure = null %}"\n        Next: Proven',
        replace: ' %}"\n        Next: Proven',
      },
      {
        name: 'a proof that was stopped leaves its copy',
        find: "' ended as ' & $states.input.status & ': ' & $states.input.cause %}\"\n        Next: RemoveCopy",
        replace: "' ended as ' & $states.input.status & ': ' & $states.input.cause %}\"\n        Next: RecordEvidence",
      },
      { name: 'a third attempt is made', find: '{% $attempt < 2 %}', replace: '{% $attempt < 3 %}' },
      {
        name: 'a proof restores beyond the cap',
        find: '{% $not($plan.cost.cap.mayRestore) %}',
        replace: '{% $not($exists($plan.cost.cap)) %}',
      },
      {
        name: 'a proof that outlived its bound is waited for',
        find: '{% $polls > 1260 %}',
        replace: '{% $polls > 126000 %}',
        tests: ['tests/workflows/backup-and-verify.test.ts', 'tests/repository/time-budget.test.ts'],
        names: 'takes its time',
      },
      {
        name: 'the second attempt goes on with the parts of the first',
        find: '          attempt: 2\n          part: 1\n          failure: null',
        replace: '          attempt: 2\n          failure: null',
      },
      {
        name: 'the snapshot is proven where its copy is not',
        find: '$plan.provesCopy and $copiedTo != null ? $copiedTo',
        replace: '$plan.provesCopy ? $plan.copyTo.region',
      },
      {
        name: 'the report of a refused run is an alarm',
        find: "$failure.error = 'BackupAlreadyRunningError'",
        replace: "$failure.error = 'BackupAlreadyRunning'",
      },
    ],
  },
  {
    file: 'statemachines/remove-copy.asl.yml',
    tests: ['tests/workflows/remove-copy.test.ts'],
    mistakes: [
      {
        name: 'a deletion that was refused is not asked for again',
        find: '    Seconds: 30\n    Next: DeleteCopy',
        replace: '    Seconds: 30\n    Next: CheckDeleted',
      },
      {
        name: 'a copy that stays is said to be removed',
        find: '        Next: NotRemoved',
        replace: '        Next: Removed',
      },
    ],
  },
  {
    file: 'statemachines/prove-snapshot.asl.yml',
    tests: ['tests/workflows/prove-snapshot/prove-snapshot.test.ts'],
    mistakes: [
      {
        name: 'what failed to restore is not cleaned up',
        find: "            cause: \"{% 'copy ' & $copy.instanceId & ' is ' & $states.input.status & ' after 3 h' %}\"\n        Next: RemoveCopy",
        replace:
          "            cause: \"{% 'copy ' & $copy.instanceId & ' is ' & $states.input.status & ' after 3 h' %}\"\n        Next: Reported",
      },
      {
        name: 'a snapshot outside its bracket is verified all the same',
        find: ' and $not($order.isLastAttempt) %}',
        replace: ' and $order.isLastAttempt %}',
      },
      {
        name: 'a failed clean-up is a failed proof',
        find: '          cleanUpFailure: >-',
        replace: '          failure: >-',
      },
      {
        name: 'tables are verified for ever',
        find: "&isPastParts '{% $part > 8 %}'",
        replace: "&isPastParts '{% $part > 8000 %}'",
      },
      {
        name: 'the rungs of the schema are lost',
        find: "rungsKeys: '{% $append($rungsKeys, [$states.result.Payload.rungsKey]) %}'",
        replace: "rungsKeys: '{% [$states.result.Payload.rungsKey] %}'",
      },
    ],
  },
  {
    file: 'statemachines/retries.yml',
    tests: [
      'tests/repository/resources/retries.test.ts',
      'tests/repository/state-machine-rules.test.ts',
      'tests/unit/shared/aws/rds-restore.test.ts',
    ],
    mistakes: [
      {
        name: 'a fail-over ends a verification',
        find: '[AwsUnavailableError, DatabaseUnreachableError] # throttled',
        replace: '[AwsUnavailableError] # throttled',
      },
      { name: 'a restore is asked for again for minutes only', find: 'MaxAttempts: 16', replace: 'MaxAttempts: 6' },
      {
        name: 'a killed function is called again while its heartbeat lives',
        find: 'IntervalSeconds: 45 # a heartbeat',
        replace: 'IntervalSeconds: 5 # a heartbeat',
      },
      {
        name: 'transient errors of Lambda are retried in step',
        find: '  BackoffRate: 2\n  JitterStrategy: FULL\n\n# A function that calls AWS',
        replace: '  BackoffRate: 2\n\n# A function that calls AWS',
      },
    ],
  },
  {
    file: 'statemachines/retention.asl.yml',
    tests: ['tests/workflows/retention.test.ts', 'tests/repository/state-machine-rules.test.ts'],
    mistakes: [
      {
        name: 'one snapshot that cannot be deleted stops the others',
        find: '            - ErrorEquals: [States.ALL]\n              Output: *output2\n              Next: SnapshotKept\n',
        replace: '',
      },
      {
        name: 'a retention that failed succeeds',
        find: '{% $states.input.isComplete %}',
        replace: '{% $exists($states.input.isComplete) %}',
      },
      {
        name: 'a task has no time-out',
        find: '    TimeoutSeconds: 120\n    Retry: &retry',
        replace: '    Retry: &retry',
      },
    ],
  },
  {
    file: 'statemachines/sweep-leftovers.asl.yml',
    tests: ['tests/workflows/sweep-leftovers.test.ts'],
    mistakes: [
      {
        name: 'a sweep that found a suspect is clean',
        find: '{% $states.input.isComplete %}',
        replace: '{% $boolean($states.input) %}',
      },
      {
        name: 'the suspects of a sweep are lost',
        find: "        suspects: '{% $suspects %}'",
        replace: '        suspects: []',
      },
    ],
  },
  {
    file: 'statemachines/nightly-backup.asl.yml',
    tests: ['tests/workflows/nightly-backup.test.ts', 'tests/repository/state-machine-rules.test.ts'],
    mistakes: [
      {
        name: 'one database stops the night',
        find: 'ToleratedFailurePercentage: 100',
        replace: 'ToleratedFailurePercentage: 0',
      },
      {
        name: 'a night is held to no cap on money',
        find: '              startedBy: schedule #',
        replace: '              # startedBy: schedule',
      },
      {
        name: 'a night that is not proven succeeds',
        find: "{% $states.input.isProven %}'\n        Next: NightProven",
        replace: "{% $exists($states.input.isProven) %}'\n        Next: NightProven",
      },
    ],
  },
  {
    file: 'statemachines/office-hours.asl.yml',
    tests: ['tests/workflows/office-hours.test.ts'],
    mistakes: [
      {
        name: 'what is to be stopped is started',
        find: "{% $states.input.action = 'stop' %}",
        replace: "{% $states.input.action = 'stopped' %}",
      },
      {
        name: 'a stuck database is said to be done',
        find: "{'done': false, 'error': 'InstanceStuck'}",
        replace: "{'done': true, 'error': null}",
      },
    ],
  },
];
