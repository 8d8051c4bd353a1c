// What recommendations were accepted, what they should save, and what the bill says: npm run recommendations -- list
import type { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { type Grammar, numberFrom, something } from '../../shared/command-line/grammar.ts';
import { Entry } from '../../shared/contracts/recommendations.ts';
import { CommandLineError } from '../../shared/errors.ts';
import { faultsOf, faultText } from '../../shared/faults.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';
import { acceptedEntry } from './accept.ts';
import { applyCommand } from './apply-command.ts';
import { doneCommand } from './done-command.ts';
import { UnknownFindingError } from './errors.ts';
import { findingLines } from './finding-lines.ts';
import { recommendationLines } from './lines.ts';
import { openRecommendations, type RecommendationStore } from './store.ts';

const help = `pg-gameday recommendations: accepted recommendations, expected and measured

  npm run recommendations -- findings --bucket <evidence bucket>
      what the newest report calls waste, with ids, money a month, and what of it is accepted
  npm run recommendations -- accept --bucket … --id unattached-volume/us-east-1/vol-0123456789abcdef0 --by "A. Person"
      makes an entry of one of these findings; nothing is done about it
  npm run recommendations -- apply --bucket … --id unattached-volume/us-east-1/vol-0123456789abcdef0
      looks at it again, and prints what would be done, step by step; with --yes it is done: with a final snapshot where
      data could be lost, and only if it is still what was accepted. An interrupted run is taken up by the same command
  npm run recommendations -- done --bucket … --id old-image/us-east-1/ami-0123456789abcdef0 --by "A. Person"
      notes that a person has done it; of what apply removes this is believed once the thing is gone
  npm run recommendations -- list --bucket …
  npm run recommendations -- add --bucket … --id reporting-hours --what "stop reporting out of hours" \\
      --service "Amazon Relational Database Service" --usage-type USE1-InstanceUsage:db.t3.medium \\
      --expected 40 --accepted 2026-05-20

Measured is the mean day of the four weeks before beside that of the newest four weeks after, times a month, from the bill
that the newest cost report has stored. Credentials, region and endpoint come from the environment; grace, ages and the
databases that nobody may remove from --operations (operations.yml).

Exit code 0: done, or the plan is printed; 1: it is in the recommendations, or applied, already, nothing was changed; 2: it could not
be done, or was refused; 3: it is for a person, and nothing was done.`;

const options = {
  bucket: { type: 'string' },
  id: { type: 'string' },
  by: { type: 'string' },
  what: { type: 'string' },
  service: { type: 'string' },
  'usage-type': { type: 'string' },
  expected: { type: 'string' },
  accepted: { type: 'string' },
  yes: { type: 'boolean', default: false },
  operations: { type: 'string', default: new URL('../../operations.yml', import.meta.url).pathname },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

const deciding = ['bucket', 'id', 'by'];
const grammar = {
  command: 'npm run recommendations --',
  options,
  values: { bucket: something, id: something, by: something, expected: numberFrom(0, 1e9) },
  actions: {
    findings: { words: [], options: ['bucket'], wants: ['bucket'] },
    accept: { words: [], options: deciding, wants: deciding },
    apply: { words: [], options: ['bucket', 'id', 'yes', 'operations'], wants: ['bucket', 'id'] },
    done: { words: [], options: [...deciding, 'operations'], wants: deciding },
    list: { words: [], options: ['bucket'], wants: ['bucket'] },
    add: {
      words: [],
      options: ['bucket', 'id', 'what', 'service', 'usage-type', 'expected', 'accepted'],
      wants: ['bucket'],
    },
  },
} satisfies Grammar<typeof options>;

/** Each gives the exit code. */
const actions: Readonly<Record<string, (recommendations: RecommendationStore, values: Values) => Promise<number>>> = {
  async findings(recommendations) {
    console.log(findingLines(await recommendations.newestWaste(), await recommendations.read()).join('\n'));
    return 0;
  },

  async accept(recommendations, values) {
    const [id, by] = [given(values, 'id'), given(values, 'by')];
    const stored = await recommendations.newestWaste();
    const finding = stored?.waste.findings.find((one) => one.id === id);
    if (finding === undefined) {
      throw new UnknownFindingError(
        `finding '${id}' is not in ${stored === undefined ? 'any report' : `'${stored.key}'`}`,
        {
          hints: [
            'npm run recommendations -- findings lists those of the newest report; an older one is not accepted.',
          ],
        },
      );
    }
    const costs = await recommendations.newestCosts();
    const on = new Date().toISOString().slice(0, 10);
    const entry = await recommendations.addDecided((now) => acceptedEntry(now, finding, { by, on, costs }));
    if (entry === undefined) return isThere(id);
    console.log(`'${entry.id}' is accepted: ${entry.what}.`);
    console.log(
      entry.service === null
        ? 'The bill has no usage type of its own for it: its saving will not be measured.'
        : `Its saving will be measured by '${entry.usageType}' of '${entry.service}'.`,
    );
    return 0;
  },

  apply: (recommendations, values) =>
    applyCommand(recommendations, { id: given(values, 'id'), operations: values.operations, isMeant: values.yes }),

  done: (recommendations, values) =>
    doneCommand(recommendations, { id: given(values, 'id'), by: given(values, 'by'), operations: values.operations }),

  async list(recommendations) {
    console.log(recommendationLines(await recommendations.read(), await recommendations.newestCosts()).join('\n'));
    return 0;
  },

  async add(recommendations, values) {
    const wanted = {
      id: values.id,
      what: values.what,
      service: values.service,
      usageType: values['usage-type'] ?? null,
      acceptedOn: values.accepted,
      expectedMonthly: Number(values.expected),
    };
    const entry = Entry.safeParse(wanted);
    if (!entry.success) {
      const faults = faultsOf(entry.error.issues, wanted).map((fault) => `  ${faultText(fault)}`);
      throw new Error(`the entry has faults\n${faults.join('\n')}\nHINT: See npm run recommendations -- --help.`);
    }
    if (!(await recommendations.add(entry.data))) return isThere(entry.data.id);
    console.log(`'${entry.data.id}' is in the recommendations.`);
    return 0;
  },
};

export const recommendationsCommand = operatorCommand({
  help,
  grammar,
  run({ action, values }) {
    const client = new S3Client({ forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined });
    const carriedOut = actions[action];
    if (carriedOut === undefined) throw new CommandLineError(`'${action}' is not carried out by anybody`);
    return carriedOut(openRecommendations(client, given(values, 'bucket')), values);
  },
});

function given(values: Values, name: 'bucket' | 'id' | 'by'): string {
  const value = values[name]?.trim() ?? '';
  if (value === '') throw new CommandLineError(`--${name} is missing`);
  return value;
}

function isThere(id: string): number {
  console.error(`'${id}' is in the recommendations already; nothing was changed.`);
  return 1;
}

await startWhenCalled(import.meta.url, recommendationsCommand);
