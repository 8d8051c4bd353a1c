// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

const domain = 'tests/unit/shared/domain';

/** A pause of the writers, what is proven by it, and the moments that the source knows. */
export const pause: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/backup/pause.ts',
    tests: [`${domain}/backup/pause.test.ts`],
    mistakes: [
      {
        name: 'locks are asked for right after a second has begun, so that the pause is a whole one',
        find: 'Math.ceil((now + lead) / second) * second;',
        replace: 'Math.ceil((now + lead) / second) * second + second;',
      },
      {
        name: 'a pause takes every lock of the server',
        find: '(perTransaction * (connections + prepared)) / 2',
        replace: 'perTransaction * (connections + prepared)',
      },
      {
        name: 'a copy of another moment is taken for that of the pause',
        find: ' && backup.time === pause.at',
        replace: '',
      },
      {
        name: 'a night without its pause does not say why',
        find: 'writers did not pause: ${pause.missed}',
        replace: 'writers did not pause',
      },
    ],
  },
  {
    file: 'shared/domain/verification/compare-table.ts',
    tests: [`${domain}/verification/pause.property.test.ts`],
    mistakes: [
      {
        name: 'rows of after the pause are excused in its copy',
        find: 'presentInserted + (loginTrigger === undefined ? bornAndKilled : 0)',
        replace: '(loginTrigger === undefined ? bornAndKilled : 0)',
      },
      {
        name: 'rows that were written again after the pause are excused in its copy',
        find: 'presentInserted + (loginTrigger === undefined ? bornAndKilled : 0)',
        replace: 'presentInserted',
      },
      {
        name: 'rows that were deleted after the pause may lack in its copy',
        find: 'const less = absentDeleted.length;',
        replace: 'const less = 0;',
      },
    ],
  },
  {
    file: 'shared/domain/verification/bracket.ts',
    tests: [`${domain}/verification/pause.property.test.ts`],
    mistakes: [
      {
        name: 'a copy of before the pause is placed at it',
        find: 'if (beat < BigInt(pause.beat)) return',
        replace: 'if (beat < 0n) return',
      },
      {
        name: 'a copy with a heartbeat of after the pause is placed at it',
        find: ' || Date.parse(newest.at) > Date.parse(pause.at)',
        replace: '',
      },
    ],
  },
  {
    file: 'shared/domain/restore/paths.ts',
    tests: [`${domain}/restore/paths.test.ts`],
    mistakes: [
      {
        name: 'a test restores another second than that of the pause',
        find: '[pausedAt, momentBehind(candidate)]',
        replace: '[momentBehind(candidate), pausedAt]',
      },
    ],
  },
  {
    file: 'shared/domain/restore/just-before.ts',
    tests: [`${domain}/restore/just-before.test.ts`],
    mistakes: [
      {
        name: 'a transaction of an age ago is looked up as one of today',
        find: 'whole > 0n && end - whole < epoch',
        replace: 'whole > 0n',
      },
      {
        name: 'of two markers of one name the newest is taken unasked',
        find: 'if (others.length > 0)',
        replace: 'if (others.length > 9)',
      },
      {
        name: 'a transaction that was rolled back has a moment',
        find: "if (status === 'aborted')",
        replace: "if (status === null && isTracked && committedAt === '')",
      },
    ],
  },
  {
    file: 'shared/policy/conflicts/databases.ts',
    tests: ['tests/unit/shared/policy/validate.test.ts'],
    mistakes: [
      {
        name: 'a pause is asked for that nobody may take',
        find: 'if (exactPause && capabilities.maintain === undefined)',
        replace: 'if (exactPause && instance === undefined)',
      },
    ],
  },
  {
    file: 'shared/pg/pause/pause-writers.ts',
    tests: ['tests/sandbox/restore/pause.test.ts'],
    mistakes: [
      {
        name: 'S1 is taken when the writers are let go',
        find: '    const taken = await snapshot.take();\n    const isOver = await awaitAndRelease(client, moment);',
        replace: '    const isOver = await awaitAndRelease(client, moment);\n    const taken = await snapshot.take();',
      },
      {
        name: 'the writers are let go before the second is over',
        find: 'const until = moment + pauseMargin;',
        replace: 'const until = moment - 300;',
      },
      {
        name: 'a pause may wait for its locks until a writer is rolled back for it',
        find: 'if (place.deadlock <= 2 * pauseLockDeadline)',
        replace: 'if (place.deadlock <= 0)',
      },
    ],
  },
];
