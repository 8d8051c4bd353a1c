import { asOperator } from '../../fault-sweep/run-facts.ts';
import { tag } from '../../fault-sweep/scene.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import type { Sandbox } from '../../sandbox.ts';

/** Named under officeHours of the dev stage: one to stop, one to start, and one that is protected. */
const [toStop, toStart, guarded] = ['ondemand-dev', 'asked-dev', 'guarded-dev'] as const;
const named = [toStop, toStart, guarded];
const day = 86_400_000;

/** What each run began with. */
let before: Readonly<Record<string, string>> = {};
let look = (): Readonly<Record<string, string>> => ({});

const statusesIn = ({ rds, region }: Sandbox) =>
  Object.fromEntries(rds.inspect.instances(region).map(({ identifier, status }) => [identifier, status]));

/** Each run finds a database to stop, one that a tag asks to start, and some that must never be touched. */
export const workflow: SweptWorkflow = {
  input: () => ({}),
  async prepare({ sandbox }) {
    const call = asOperator(sandbox);
    for (const DBInstanceIdentifier of named.filter((id) => statusesIn(sandbox)[id] === undefined)) {
      await call('rds', 'CreateDBInstance', {
        DBInstanceIdentifier,
        Engine: 'postgres',
        DBInstanceClass: 'db.t3.micro',
        AllocatedStorage: 20,
        MasterUsername: 'postgres',
        MasterUserPassword: 'of-an-office-in-a-sweep',
        BackupRetentionPeriod: 0,
        Tags: [tag('office-hours', 'stop-and-start')],
      });
    }
    await sandbox.rds.inspect.idle();
    const now = statusesIn(sandbox);
    if (now[toStop] === 'stopped') await call('rds', 'StartDBInstance', { DBInstanceIdentifier: toStop });
    if (now[toStart] === 'available') await call('rds', 'StopDBInstance', { DBInstanceIdentifier: toStart });
    const put = (id: string, Tags: readonly object[]) =>
      call('rds', 'AddTagsToResource', {
        ResourceName: `arn:aws:rds:${sandbox.region}:${sandbox.template.account}:db:${id}`,
        Tags,
      });
    await put(toStart, [tag('keep-running-until', new Date(Date.now() + day).toISOString())]);
    await put(guarded, [tag('protected', 'by the sweep')]);
    await sandbox.rds.inspect.idle();
    before = statusesIn(sandbox);
    look = () => statusesIn(sandbox);
  },
  violations({ executions }) {
    const after = look();
    const touched = Object.keys(before).filter((id) => id !== toStop && id !== toStart && before[id] !== after[id]);
    const isDone = after[toStop] === 'stopped' && after[toStart] === 'available';
    return [
      ...touched.map((id) => `'${id}' was '${before[id]}' and is '${after[id]}'`),
      ...(executions.some(({ status }) => status === 'SUCCEEDED') && !isDone
        ? [`succeeded, and '${toStop}' is '${after[toStop]}', '${toStart}' is '${after[toStart]}'`]
        : []),
    ];
  },
};
