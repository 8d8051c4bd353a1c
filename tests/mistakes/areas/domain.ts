// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';
import { domainOfMoney } from './domain-of-money.ts';
import { domainOfProofs } from './domain-of-proofs.ts';

const unit = 'tests/unit/shared/domain';

/** Decisions about backups, copies, evidence. */
export const domain: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/backup/retention.ts',
    tests: [`${unit}/backup/retention.property.test.ts`],
    mistakes: [
      {
        name: 'a backup is kept a day less than it must',
        find: 'days <= rule.dailyDays',
        replace: 'days < rule.dailyDays - 1',
      },
      {
        name: 'a hold is not looked at',
        find: 'if (tags[tagKeys.hold] !== undefined)',
        replace: "if (tags[tagKeys.hold] === 'true')",
      },
      {
        name: 'a snapshot that another made is ours by its name',
        find: 'if (tags[tagKeys.madeBy] !== madeBy) return',
        replace: 'if (tags[tagKeys.madeBy] === undefined) return',
      },
      {
        name: 'one run deletes one more than it may',
        find: 'oldestFirst.slice(0, rule.mostDeletions)',
        replace: 'oldestFirst.slice(0, rule.mostDeletions + 1)',
      },
      {
        name: 'the newest verified snapshot grows old and is deleted',
        find: 'if (snapshot === newestVerified) return keep(',
        replace: 'if (snapshot === newestTwin) return keep(',
      },
      {
        name: 'a month ends where the machine is, not where the platform is',
        find: "new Intl.DateTimeFormat('en-CA', { timeZone, year",
        replace: "new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC', year",
      },
      { name: 'the youngest go first', find: 'timeOf(one) - timeOf(other)', replace: 'timeOf(other) - timeOf(one)' },
    ],
  },
  {
    file: 'shared/domain/backup/health.ts',
    tests: [`${unit}/backup/health.test.ts`],
    mistakes: [
      { name: 'the age of a backup is in minutes', find: '/ 3_600_000', replace: '/ 60_000' },
      {
        name: 'a backup of another database makes this one look young',
        find: ' && one.tags[tagKeys.database] === database',
        replace: '',
      },
      {
        name: 'what is restorable is in milliseconds',
        find: '(now.getTime() - at.getTime()) / 1000',
        replace: 'now.getTime() - at.getTime()',
      },
    ],
  },
  {
    file: 'shared/domain/backup/history.ts',
    tests: [`${unit}/backup/history.property.test.ts`],
    mistakes: [
      {
        name: 'the usual spread of a history is odd',
        find: 'usualSpread * spread)',
        replace: '0.1 * spread)',
      },
    ],
  },
  {
    file: 'shared/domain/backup/fleet.ts',
    tests: [`${unit}/backup/fleet.property.test.ts`],
    mistakes: [
      {
        name: 'a night is proven by its executions alone',
        find: 'isProven: hasSucceeded && hasProof',
        replace: 'isProven: hasSucceeded || hasProof',
      },
      {
        name: 'a night without a backup is all right',
        find: 'failure !== null || entries.length === 0',
        replace: 'failure !== null',
      },
      {
        name: 'a night with one held backup calls nobody for the failed ones',
        find: 'unproven.every(({ isHeld',
        replace: 'unproven.some(({ isHeld',
      },
      {
        name: 'two nights share the name of an execution',
        find: '`${night.slice(0, 35)}-${shortHash(night)}-${database}`',
        replace: '`${night.slice(0, 35)}-${database}`',
      },
    ],
  },
  {
    file: 'shared/domain/backup/left-copy.ts',
    tests: [`${unit}/backup/left-copy.test.ts`],
    mistakes: [
      {
        name: 'a copy that was left behind is not in the sentence',
        find: 'return `${summary}; A COPY WAS LEFT BEHIND${detail}`',
        replace: 'return `${summary}${detail}`',
      },
    ],
  },
  {
    file: 'shared/domain/backup/proof-tags.ts',
    tests: [`${unit}/backup/proof-tags.property.test.ts`],
    mistakes: [
      {
        name: 'a run reports its verdict on the snapshot of another run',
        find: 'if (execution !== executionName) return',
        replace: 'if (execution === undefined) return',
      },
    ],
  },
  {
    file: 'shared/domain/backup/proof-turn.ts',
    tests: [`${unit}/backup/proof-turn.property.test.ts`],
    mistakes: [
      {
        name: 'turns of the proofs go by the day of the month',
        find: 'Date.parse(parts.format(now)) / millisecondsPerDay',
        replace: 'Number(parts.format(now).slice(-2))',
      },
    ],
  },
  {
    file: 'shared/domain/resource/leftovers.ts',
    tests: [`${unit}/resource/edges.test.ts`, `${unit}/resource/leftovers.property.test.ts`],
    mistakes: [
      {
        name: 'an expiry "6" is read as 2001',
        find: 'expiresAt !== undefined && /^\\d{4}-\\d\\d-\\d\\dT/.test(expiresAt)',
        replace: 'expiresAt !== undefined',
      },
      {
        name: 'a copy is deleted before it has expired',
        find: 'expiry > now.getTime()',
        replace: 'expiry < now.getTime()',
      },
      {
        name: 'a suspect is deleted',
        find: 'if (reason === undefined)\n      return',
        replace: 'if (reason === undefined || reason.isSuspect)\n      return',
      },
    ],
  },
  {
    file: 'shared/domain/resource/throw-away.ts',
    tests: [`${unit}/resource/throw-away.property.test.ts`],
    mistakes: [
      {
        name: 'a source may be deleted as if it were a copy',
        find: 'if (expected.sourceInstanceIds.includes(instanceId)) return',
        replace: 'if (expected.sourceInstanceIds[0] === instanceId) return',
      },
      {
        name: 'the copy of another execution may be deleted',
        find: 'tags[tagKeys.execution] !== expected.executionName',
        replace: 'tags[tagKeys.execution] === undefined',
      },
      {
        name: 'the second attempt has the name of the first',
        find: '`${copyPrefix}${database.slice(0, 30)}-${shortHash(executionName)}-${attempt}`',
        replace: '`${copyPrefix}${database.slice(0, 30)}-${shortHash(executionName)}-1`',
      },
      {
        name: 'two databases have a snapshot of one name',
        find: '`${snapshotPrefix}${database.slice(0, 30)}',
        replace: '`${snapshotPrefix}${database.slice(0, 5)}',
      },
    ],
  },
  {
    file: 'shared/domain/resource/instance-states.ts',
    tests: [`${unit}/resource/instance-states.test.ts`],
    mistakes: [{ name: 'a restore that failed for good is waited for', find: "  'restore-error',\n", replace: '' }],
  },
  {
    file: 'shared/domain/resource/proof-instances.ts',
    tests: [`${unit}/resource/edges.test.ts`, `${unit}/resource/proof-instances.property.test.ts`],
    mistakes: [
      {
        name: 'an execution whose input cannot be read means no instance',
        find: 'texts === undefined || texts.some',
        replace: 'texts !== undefined && texts.some',
      },
    ],
  },
  {
    file: 'shared/domain/evidence/chain.ts',
    tests: [`${unit}/evidence/chain.property.test.ts`],
    mistakes: [
      {
        name: 'a forged seal is taken',
        find: 'sha256(canonicalJson(content)) === seal ? record : undefined',
        replace: 'seal.length === 64 ? record : undefined',
      },
      {
        name: 'a removed record is not missed',
        find: 'if (reported !== sequence) return',
        replace: 'if (reported < sequence) return',
      },
      {
        name: 'a record may follow any other',
        find: 'if (canonicalJson(record.previous) !== canonicalJson(previous))',
        replace: 'if ((record.previous === null) !== (previous === null))',
      },
      {
        name: 'changed evidence is taken for what was bound',
        find: 'if (file.sha256 !== sha256) return',
        replace: 'if (file.key !== key) return',
      },
      {
        name: 'the same run stands in a chain twice',
        find: 'if (earlier !== undefined) return',
        replace: 'if (earlier === sequence) return',
      },
    ],
  },
  ...domainOfProofs,
  ...domainOfMoney,
];
