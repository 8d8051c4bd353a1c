// Sets up the logical replica of the second region, planned first: npm run dr-setup -- fantasy --stage prod
import { oneOf } from '../../shared/command-line/grammar.ts';
import type { SetupPlan } from '../../shared/domain/readiness/setup.ts';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import type { StageName } from '../../shared/policy/schema.ts';
import { planned, setUp } from '../../shared/setup/set-up.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';
import { withSetup } from './sessions.ts';

const help = `pg-gameday dr-setup: publication, subscription and sequences between the two regions, planned first

  npm run dr-setup -- fantasy --stage prod             shows what is missing, and what a person must bring
  npm run dr-setup -- fantasy --stage prod --apply     does it; a second time there is nothing to do

It logs in as gameday_replicate on both sides, never as the master user, and reads endpoints and secrets with the AWS credentials
of the environment. Run it where both instances can be reached. PGSSLROOTCERT names the file of the authorities that their
certificates must be of: those of RDS are at https://truststore.pki.rds.amazonaws.com.

Options
  --stage <name>        dev, test or prod of operations.yml
  --operations <file>   another operations.yml
  --apply               take the steps that are missing
  --copy-anew           where a slot was lost or the standby holds rows: empty its tables and copy them again
  --json                as JSON
  --help                this text

Exit code 0: everything is there; 1: a step is missing, or something is for a person to do; 2: it did not come to that.`;

export const drSetup = operatorCommand({
  help,
  grammar: {
    command: 'npm run dr-setup --',
    options: {
      stage: { type: 'string' },
      operations: { type: 'string', default: new URL('../../operations.yml', import.meta.url).pathname },
      apply: { type: 'boolean', default: false },
      'copy-anew': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    values: { stage: oneOf('dev', 'test', 'prod') },
    actions: {
      '': { words: ['<database>'], options: ['stage', 'operations', 'apply', 'copy-anew', 'json'], wants: ['stage'] },
    },
  },
  async run({ words: [database = ''], values }, { line }) {
    const operations = readOperationsFile(values.operations, values.operations);
    const chosen = { stage: values.stage as StageName, database, copyAnew: values['copy-anew'] };
    return await withSetup(operations, chosen, async (sessions, wanted) => {
      if (!values.apply) {
        const plan = await planned(sessions, wanted);
        line(values.json ? asJson(plan) : planLines(plan).join('\n'));
        return plan.steps.length + plan.refused.length === 0 ? 0 : 1;
      }
      const taken: string[] = [];
      const refused = await setUp(sessions, wanted, ({ side, title }) => {
        taken.push(`${side}: ${title}`);
        if (!values.json) line(`✔ done     ${side}: ${title}`);
      });
      const left = { steps: [], refused };
      if (values.json) line(JSON.stringify({ taken, refused }, null, 2));
      else line([...(taken.length === 0 ? [] : ['']), ...planLines(left)].join('\n'));
      return refused.length === 0 ? 0 : 1;
    });
  },
});

const asJson = ({ steps, refused }: SetupPlan) => JSON.stringify({ steps: steps.map(shown), refused }, null, 2);

/** What holds a password is shown to nobody. */
const shown = ({ side, title, sql, isSecret }: SetupPlan['steps'][number]) => ({
  ...{ side, title, sql: isSecret ? null : sql },
});

function planLines({ steps, refused }: SetupPlan): string[] {
  const lines = steps.flatMap((step) => [
    `✚ missing  ${step.side}: ${step.title}`,
    ...(step.isSecret ? [] : [`             ${step.sql.split('\n')[0]}`]),
  ]);
  for (const { subject, message, remedy, stops } of refused)
    lines.push(`${stops ? '✘ stops   ' : '△ for you '} ${subject}: ${message}`, `             ${remedy}`);
  if (lines.length === 0) return ['Everything is there.'];
  return steps.length === 0 ? lines : [...lines, '', `${steps.length} missing; --apply takes them.`];
}

await startWhenCalled(import.meta.url, drSetup);
