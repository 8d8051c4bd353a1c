import type { DeliberateBug } from './deliberate-bug.ts';
import { switchBugs } from './switch-bugs.ts';

const restore = 'startRestore/rds:RestoreDBInstanceFromDBSnapshot#1';

export const sweptIn = ({ workflow = 'backup-and-verify' }: DeliberateBug): string => workflow;

export const deliberateBugs: readonly DeliberateBug[] = [
  ...switchBugs,
  {
    title: 'no Catch where a restore is awaited',
    machine: { workflow: 'prove-snapshot', change: ({ States }) => void delete States['CheckRestore']?.['Catch'] },
    fault: 'checkRestore/lambda:Invoke#1+=error',
    finds: /prove-snapshot reports nothing/,
  },
  {
    title: 'success before the verification is looked at',
    machine: {
      workflow: 'backup-and-verify',
      change: ({ States }) => {
        const choices = States['IsProven']?.['Choices'] as { Condition: string }[] | undefined;
        if (choices?.[0] !== undefined) choices[0].Condition = '{% $witness != null %}';
      },
    },
    fault: 'verifyTables/lambda:Invoke#1+=error',
    finds: /succeeded with verdict 'failed'/,
  },
  {
    title: 'a retried restore under another name',
    edits: [
      {
        file: 'functions/instances/start-restore.ts',
        find: 'const instanceId = copyInstanceId(database, executionName, attempt);',
        replace: 'const instanceId = copyInstanceId(database, executionName + Date.now(), attempt);',
      },
    ],
    fault: `${restore}=kill-lambda`,
    finds: /copy gd-copy-.+ is left and nobody says so/,
  },
  {
    title: 'retention without its guard of the name, in code and policy',
    edits: [
      {
        file: 'shared/domain/backup/retention.ts',
        find: 'if (!id.startsWith(snapshotPrefix)) return',
        replace: 'if (!id.startsWith(snapshotPrefix) && tags[tagKeys.madeBy] === undefined) return',
      },
      {
        file: 'resources/roles/retention.yml', // of the region of the stage; the next line is of the second one
        find: ":snapshot:gd-backup-*' }\n      - {",
        replace: ":snapshot:*' }\n      - {",
      },
    ],
    finds: /snapshot before-sweep-scene is gone/,
  },
  {
    title: 'a sweeper that looks at names only',
    edits: [
      {
        file: 'shared/domain/resource/leftovers.ts',
        find: '  const executionName = tags[tagKeys.execution];\n  const notOurs',
        replace:
          '  if (id.startsWith(copyPrefix)) return undefined;\n  const executionName = tags[tagKeys.execution];\n  const notOurs',
      },
    ],
    finds: /instance gd-copy-fantasy-sweep-scene-running-1 is gone/,
  },
  {
    title: 'a connection that logs where it goes, the password with it',
    edits: [
      {
        file: 'shared/pg/session/connect.ts',
        find: '  const client = new pg.Client({',
        replace: '  console.log(JSON.stringify(target));\n  const client = new pg.Client({',
      },
    ],
    finds: /a password is in the history, the log or the evidence/,
  },
];
