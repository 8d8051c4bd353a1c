// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

/** What the commands of an operator say and do. */
export const operator: readonly MistakesInFile[] = [
  {
    file: 'operator/evidence/evidence.ts',
    tests: ['tests/unit/operator/evidence-command.test.ts'],
    mistakes: [
      {
        name: '`verify --head` is green on a broken chain',
        find: 'return faults.length > 0 ? 1 : 0;',
        replace: 'return (heads.length === 0 ? faults : lost).length > 0 ? 1 : 0;',
      },
      { name: 'a head that is nowhere is green', find: '    ...lost,\n', replace: '' },
      {
        name: 'a changed witness is green',
        find: '    ...objects.changed,\n    ...problems,',
        replace: '    ...problems,',
      },
    ],
  },
  {
    file: 'operator/doctor/check-key.ts',
    tests: ['tests/unit/operator/doctor-key.test.ts'],
    mistakes: [
      {
        name: 'a key that forbids its use is sound',
        find: "statement.Effect === 'Deny' &&",
        replace: "statement.Effect === 'Never' &&",
      },
      {
        name: 'a key for one role serves the account',
        find: "if (!principals.includes('*')) return false;",
        replace: 'if (principals.length === 0) return false;',
      },
      { name: 'a disabled key is sound', find: "key.value?.state === 'Enabled'", replace: 'key.value !== undefined' },
    ],
  },
  {
    file: 'operator/doctor/check-topics.ts',
    tests: ['tests/unit/operator/doctor-account.test.ts'],
    mistakes: [
      {
        name: 'an address that has not confirmed is sound',
        find: '?.isConfirmed === false)',
        replace: '?.isConfirmed === undefined)',
      },
      {
        name: "a stranger's address is sound",
        find: '!receivers.mail.includes(one.endpoint)',
        replace: 'receivers.mail.includes(one.endpoint)',
      },
    ],
  },
  {
    file: 'operator/doctor/check-windows.ts',
    tests: ['tests/unit/operator/doctor-account.test.ts'],
    mistakes: [
      {
        name: 'windows that meet over the end of the week are not seen',
        find: '[-minutesOfWeek, 0, minutesOfWeek].some',
        replace: '[0].some',
      },
    ],
  },
  {
    file: 'operator/doctor/check-account.ts',
    tests: ['tests/unit/operator/doctor-account.test.ts'],
    mistakes: [
      {
        name: 'a bucket that AWS encrypts by itself is ours',
        find: "evidence.encryption.startsWith('aws:kms')",
        replace: "evidence.encryption !== 'none'",
      },
      {
        name: 'evidence that is locked too short is sound',
        find: 'evidence.lockedDays >= lockDays',
        replace: 'evidence.lockedDays > 0 || lockDays === 0',
      },
      { name: 'a quota that is full is sound', find: 'snapshots.most - snapshots.used >= databases && ', replace: '' },
    ],
  },
  {
    file: 'operator/doctor/check-instance.ts',
    tests: ['tests/unit/operator/doctor-instance.test.ts'],
    mistakes: [
      {
        name: 'a public source is sound',
        find: 'holds: !found.isPublic',
        replace: 'holds: found.isPublic !== undefined',
      },
      {
        name: 'automated backups of a day are enough',
        find: 'found.backupRetention >= leastRetention',
        replace: 'found.backupRetention > 0',
      },
      {
        name: 'TLS that is not required is sound',
        find: "holds: forceTls === '1'",
        replace: 'holds: forceTls !== undefined',
      },
      {
        name: 'production may be deleted by mistake',
        find: 'holds: found.isProtected',
        replace: 'holds: found.isProtected !== undefined',
      },
    ],
  },
  {
    file: 'operator/doctor/diagnose.ts',
    tests: ['tests/unit/operator/doctor-instance.test.ts'],
    mistakes: [
      {
        name: 'what could not be seen is sound',
        find: "statuses.has('unseen') ? 2 : 0",
        replace: "statuses.has('unseen') ? 0 : 0",
      },
    ],
  },
  {
    file: 'operator/recommendations/refusal.ts',
    tests: ['tests/unit/operator/recommendations-apply.property.test.ts'],
    mistakes: [
      {
        name: 'what bears the name of an accepted one is removed',
        find: 'createdAt.getTime() === Date.parse(accepted.createdAt)',
        replace: 'createdAt.getTime() >= Date.parse(accepted.createdAt)',
      },
      {
        name: 'what operations.yml names is removed',
        find: 'if (ownInstances.includes(resource)) {',
        replace: 'if (ownInstances[0] === undefined) {',
      },
      {
        name: 'what is protected now is removed',
        find: 'if (reason !== undefined) {',
        replace: "if (reason === '') {",
      },
    ],
  },
  {
    file: 'operator/recommendations/apply.ts',
    tests: ['tests/unit/operator/recommendations-apply.property.test.ts'],
    mistakes: [
      {
        name: 'nobody looks again after hours of a snapshot',
        find: 'if ((await inspectAgain(entry, removal, ownInstances)) === undefined) throw goneByOthers(id, finding);',
        replace: '',
      },
      {
        name: 'what is removed is not kept before',
        find: 'const finalSnapshot = await removal.keep.take();',
        replace: "const finalSnapshot = 'none';",
      },
    ],
  },
  {
    file: 'operator/recommendations/accept.ts',
    tests: ['tests/unit/operator/recommendations-accept.property.test.ts'],
    mistakes: [
      {
        name: 'an id is taken twice',
        find: 'entries.some((entry) => entry.id === id); number',
        replace: 'entries.length < 0; number',
      },
    ],
  },
  {
    file: 'operator/command.ts',
    tests: ['tests/unit/operator/wrong-command-lines.test.ts'],
    mistakes: [
      { name: 'a wrong word is told with code 0', find: '    return 2;\n  }\n}', replace: '    return 0;\n  }\n}' },
    ],
  },
];
