// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

/** What a task does with what it is given. */
export const functions: readonly MistakesInFile[] = [
  {
    file: 'functions/backup-and-verify/take-witness.ts',
    tests: ['tests/unit/functions/backups.test.ts'],
    mistakes: [
      {
        name: "the second attempt's longer margin is unused",
        find: 'attempt === 1 ? bracket.marginSeconds : bracket.longerMarginSeconds',
        replace: 'bracket.marginSeconds',
      },
      {
        name: 'a snapshot without a witness is taken for a new one',
        find: 'if (part === 1 && (await',
        replace: 'if (part === 0 && (await',
      },
      {
        name: 'a call ends without a word',
        find: 'task.remainingTime() - lambdaReserve',
        replace: 'task.remainingTime()',
      },
    ],
  },
  {
    file: 'functions/backup-and-verify/copy-snapshot.ts',
    tests: ['tests/unit/functions/backups.test.ts'],
    mistakes: [
      {
        name: 'a copy is without its witness',
        find: "if (status === 'available') await witnessTo(region)(witnessKey);\n",
        replace: '',
      },
      {
        name: 'the copy of another execution is taken',
        find: 'copy.tags[tagKeys.execution] !== executionName',
        replace: 'copy.tags[tagKeys.execution] === undefined',
      },
      {
        name: 'a failed copy is waited for',
        find: "'copying', 'available'].includes",
        replace: "'copying', 'available', 'failed'].includes",
      },
    ],
  },
  {
    file: 'functions/backup-and-verify/tag-snapshot.ts',
    tests: ['tests/unit/functions/backups.test.ts'],
    mistakes: [
      {
        name: 'an original counts as restored when its copy was',
        find: '{ [tagKeys.copyVerdict]: proof.verdict }',
        replace: 'proofTags(proof)',
      },
      {
        name: 'the twin has no verdict',
        find: 'else if (copiedTo !== null) await',
        replace: 'else if (copiedTo === region) await',
      },
    ],
  },
  {
    file: 'functions/retention/delete-snapshot.ts',
    tests: ['tests/unit/functions/backups.test.ts'],
    mistakes: [
      {
        name: 'what the plan says is deleted without a second look',
        find: "if (action === 'delete') await",
        replace: 'if (action !== undefined) await',
      },
    ],
  },
  {
    file: 'functions/retention/plan-retention.ts',
    tests: ['tests/unit/functions/backups.test.ts'],
    mistakes: [
      {
        name: 'the copies of the second region are kept for ever',
        find: 'for (const region of regions) {\n      const decided',
        replace: 'for (const region of regions.slice(0, 1)) {\n      const decided',
      },
    ],
  },
  {
    file: 'functions/watch-backups/publish-backup-health.ts',
    tests: ['tests/unit/functions/backups.test.ts'],
    mistakes: [
      {
        name: 'the restorable moment is of another instance',
        find: 'instances.find(({ id }) => id === instance)',
        replace: 'instances.find(({ id }) => id !== instance)',
      },
    ],
  },
  {
    file: 'functions/instances/start-restore.ts',
    tests: ['tests/unit/functions/copies.test.ts'],
    mistakes: [
      {
        name: 'the security group of copies is not handed on',
        find: 'config.copySecurityGroupId === undefined ? {}',
        replace: 'config.copySecurityGroupId !== undefined ? {}',
      },
      {
        name: 'a copy expires after so many minutes',
        find: 'expiresAfterHours * 3_600_000',
        replace: 'expiresAfterHours * 60_000',
      },
      {
        name: 'a copy has the default parameters',
        find: 'plan.copyParameterGroup ?? like.parameterGroup',
        replace: "plan.copyParameterGroup ?? 'default.postgres18'",
      },
      {
        name: 'copies never start in the group that is theirs',
        find: 'plan.copyParameterGroup ?? like.parameterGroup',
        replace: 'like.parameterGroup',
      },
      {
        name: 'a group of copies is believed to be quiet',
        find: 'if (reasons.length === 0) return;',
        replace: 'if (reasons.length === 0 || group !== undefined) return;',
      },
      {
        name: 'a copy without a security group counts as cut off',
        find: 'isCutOff: config.copySecurityGroupId !== undefined,',
        replace: 'isCutOff: true,',
      },
      {
        name: 'a copy of the second region is in a subnet of the first',
        find: 'config.region === stage.dr?.region',
        replace: 'config.region === stage.region && stage.dr !== undefined',
      },
      {
        name: 'the copy of another execution is verified',
        find: "if (reason !== undefined) throw new InstanceNotOursError(`instance '${instanceId}' exists",
        replace: "if (reason === '') throw new InstanceNotOursError(`instance '${instanceId}' exists",
      },
    ],
  },
  {
    file: 'functions/remove-copy/delete-copy.ts',
    tests: ['tests/unit/functions/copies.test.ts'],
    mistakes: [
      {
        name: 'whatever bears the name is deleted',
        find: 'if (reason !== undefined) {',
        replace: "if (reason === '') {",
      },
      {
        name: 'a deletion is not awaited',
        find: '      await rds.deleteInstance(instanceId);\n      logger',
        replace: '      logger',
      },
    ],
  },
  {
    file: 'functions/sweep-leftovers/find-leftovers.ts',
    tests: ['tests/sandbox/operations/housekeeping.test.ts'],
    names: 'the sweep deletes an expired',
    mistakes: [
      {
        name: 'a sweep deletes nothing that has expired',
        find: "expired: found.filter(({ kind }) => kind === 'expired')",
        replace: "expired: found.filter(({ kind }) => kind !== 'expired' && kind !== 'suspect')",
      },
    ],
  },
  {
    file: 'functions/sweep-leftovers/delete-leftover.ts',
    tests: ['tests/unit/functions/copies.test.ts'],
    mistakes: [
      {
        name: 'a copy that was renewed meanwhile is deleted',
        find: 'if (refusal !== undefined) {',
        replace: 'if (refusal?.isSuspect === true) {',
      },
    ],
  },
];
