import type { MistakesInFile } from '../../mistake.ts';

const takeOver = [
  'tests/unit/shared/domain/lease/take-over.property.test.ts',
  'tests/unit/shared/lease/take-over.test.ts',
];
const name = ['tests/unit/functions/promotion-name.test.ts'];

/** Of the lease that a promotion takes, and of the name that it turns. */
export const leaseAndName: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/lease/take-over.ts',
    tests: takeOver,
    mistakes: [
      { name: 'the lease of a third one is taken', find: 'if (other !== undefined)', replace: 'if (other === null)' },
      {
        name: 'a primary that renews is waited for, until somebody loses patience',
        find: 'seen.counter + lateWrites',
        replace: 'seen.counter + lateWrites + 100',
      },
      {
        name: 'a lease is given back in the epoch that was fenced',
        find: 'isBack ? highest : highest + 1',
        replace: 'isBack ? highest : highest',
      },
    ],
  },
  {
    file: 'shared/domain/lease/pass.ts',
    tests: takeOver,
    mistakes: [
      {
        name: 'a fence ends the lease of epochs that it does not reach',
        find: 'content.holder === fenced.holder && content.epoch <= fenced.epoch',
        replace: 'content.holder === fenced.holder',
      },
      {
        name: 'a lease is taken before it has ended',
        find: 'now - seen.since > waitFor',
        replace: 'now >= seen.since',
      },
    ],
  },
  {
    file: 'shared/domain/lease/self-fencing.ts',
    tests: takeOver,
    mistakes: [
      {
        name: 'a primary whose dead-man is dead is taken to fence itself',
        find: '<= deadManSilent',
        replace: '<= 100 * deadManSilent',
      },
      {
        name: 'a lease that is observed is taken to fence',
        find: "copied.mode !== 'enforce'",
        replace: "copied.mode === 'off'",
      },
    ],
  },
  {
    file: 'shared/lease/take-over-parts.ts',
    tests: takeOver,
    mistakes: [
      {
        name: 'a fence that nobody has confirmed ends the lease',
        find: "fence.kind === 'fenced' ? fence.epoch : null",
        replace: "'epoch' in fence ? fence.epoch : lease.epoch",
      },
    ],
  },
  {
    file: 'shared/lease/take-over.ts',
    tests: takeOver,
    mistakes: [
      {
        name: 'one register is a lease',
        find: 'if (written >= majority) return {',
        replace: 'if (written >= 1) return {',
      },
    ],
  },
  {
    file: 'shared/rules/lease.ts',
    tests: takeOver,
    mistakes: [
      {
        name: 'the agent keeps what held the lease in an older epoch',
        find: 'epoch === highest && holder',
        replace: 'epoch > 0 && holder',
      },
      {
        name: 'what a silent register may hold is nothing',
        find: ' + (registerCount - contents.length) < majority',
        replace: ' < majority',
      },
    ],
  },
  {
    file: 'functions/dr-promotion/switch-name.ts',
    tests: name,
    mistakes: [
      {
        name: 'any answer is a name that was turned',
        find: 'isSwitched: target === expected',
        replace: "isSwitched: target !== ''",
      },
    ],
  },
  {
    file: 'functions/dr-promotion/confirm-by-client.ts',
    tests: name,
    mistakes: [
      {
        name: 'a client is content with the old primary',
        find: 'if (target !== expected)',
        replace: "if (target === '')",
      },
      {
        name: 'the certificate need not name the target',
        find: 'host: address, serverName: target,',
        replace: 'host: address,',
      },
    ],
  },
  {
    file: 'shared/rules/dns.ts',
    tests: name,
    mistakes: [
      {
        name: 'the name follows a promotion that was not verified',
        find: 'isVerified ? pass.epoch : 0',
        replace: 'pass.epoch',
      },
      { name: 'the name stays when the lease is gone', find: "pass.did === 'fenced' || ", replace: '' },
      { name: 'a pass that reached nobody turns the name', find: '? 0 : undefined', replace: '? 0 : 0' },
      { name: 'a lease that may be kept here turns the name', find: ' && pass.reason === null', replace: '' },
    ],
  },
  {
    file: 'shared/pg/replication/confirm.ts',
    tests: name,
    mistakes: [
      {
        name: 'a transaction that is not known counts as committed',
        find: "row?.status !== 'committed'",
        replace: "row?.status === 'aborted'",
      },
    ],
  },
];
