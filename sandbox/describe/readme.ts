import { queryFunctionNames } from '../asl/query/query-functions.ts';
import { stateFields } from '../asl/state-fields.ts';
import { callKinds, deliveryKinds, deliveryPoints, type FaultKind, requestPoint } from '../faults/fault.ts';
import { failedStates } from '../services/rds/engine/instance-work.ts';
import { defaultDurations, defaultLimits } from '../services/rds/model/limits.ts';
import { optimized } from '../services/states/integrations/integrations.ts';
import { sdkServices } from '../services/states/integrations/sdk-services.ts';
import type { DescribedService } from './described-services.ts';

export type Description = { readonly services: readonly DescribedService[]; readonly serverVersion: string };

const code = (text: string) => `\`${text}\``;
const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
/** `automatedBackup` as people write it. */
const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The text of sandbox/README.md. What it lists is read from the code; limits are each service's own notes. */
export function readme({ services, serverVersion }: Description): string {
  return `${[
    '# The sandbox',
    '<!-- Written by `npm run sandbox:readme`; change the code or the notes.ts of a service instead. -->',
    intro,
    '## What is emulated',
    'An operation that is not listed answers `NotImplemented`. "Of" counts the operations of the SDK client.',
    table(
      ['Service', 'Signing name', 'Emulated', 'Of'],
      services.map(({ title, id, emulated, known }) => [title, code(id), `${emulated.length}`, `${known.length}`]),
    ),
    ...services.map(serviceSection),
    '## The states language',
    statesLanguage(),
    '## PostgreSQL and RDS',
    databases(serverVersion),
    '## Faults',
    faults(),
    '## Everything else',
    list(elsewhere),
  ].join('\n\n')}\n`;
}

const intro = `The packaged CloudFormation template on this computer: the same state machines, bundles, roles and rules, against one
HTTP endpoint that speaks the protocols of AWS, and an RDS whose instances are real PostgreSQL servers. The functions do
not know it. \`npm start\` runs a workflow once, \`npm run sandbox\` keeps everything up for the AWS CLI and psql.

It listens on 127.0.0.1 only and keeps everything below one directory, which it removes when it ends.`;

function serviceSection({ title, emulated, known, limits, lookedFor }: DescribedService): string {
  const missing = lookedFor.filter((name) => !emulated.includes(name));
  return [
    `### ${title}`,
    `${emulated.map(code).join(', ')}.`,
    `Not emulated: ${known.length - emulated.length} operations${missing.length === 0 ? '' : `, among them ${missing.map(code).join(', ')}`}.`,
    list(limits),
  ].join('\n\n');
}

function statesLanguage(): string {
  const resources = Object.entries(optimized).map(([resource, { patterns }]) => [
    code(`arn:aws:states:::${resource}`),
    patterns.map((pattern) => (pattern === '' ? 'request and response' : code(pattern))).join(', '),
  ]);
  return [
    list([
      `State types: ${Object.keys(stateFields).map(code).join(', ')}; Map inline and distributed, with ItemReader (JSON, JSONL and object lists of S3; no CSV, no manifest), ItemBatcher, ResultWriter and tolerated failures.`,
      'Retry with backoff, maximum delay and jitter; Catch; Assign; timeouts and heartbeats; `.waitForTaskToken`; redrive; StopExecution.',
      `JSONata 2.0.6 without \`$eval\` and with ${queryFunctionNames.map((name) => code(`$${name}`)).join(', ')}.`,
      'Not supported: JSONPath, EXPRESS machines and EXPRESS children of a Map, activities, credentials of a Task in another account.',
    ]),
    table(
      ['Resource of a Task', 'Patterns'],
      [
        ...resources,
        [
          `\`arn:aws:states:::aws-sdk:<service>:<action>\` of ${Object.keys(sdkServices).map(code).join(', ')}`,
          'request and response, `.waitForTaskToken`',
        ],
        ['`arn:aws:lambda:…:function:…`', 'request and response'],
      ],
    ),
  ].join('\n\n');
}

function databases(serverVersion: string): string {
  return [
    list([
      `Servers are PostgreSQL ${serverVersion} and no other version; \`shared_buffers\` is 128 MB and \`fsync\` is off on every instance.`,
      'Work is real and takes its own time; the waiting of RDS around it is added, divided by `--speed`:',
    ]),
    table(
      ['At speed 1', 'Seconds'],
      Object.entries(defaultDurations).map(([name, milliseconds]) => [words(name), `${milliseconds / 1000}`]),
    ),
    table(
      ['Quota of an account in a region', 'Number'],
      Object.entries(defaultLimits).map(([name, number]) => [words(name), `${number}`]),
    ),
    `A test can put an instance into each of these states: ${failedStates.map(code).join(', ')}.`,
  ].join('\n\n');
}

/** Words for every kind, so that a new one cannot be forgotten. */
const kindsInWords: Readonly<Record<FaultKind, string>> = {
  error: 'the failure of the service itself; nothing happened',
  throttle: 'the refusal of the service; nothing happened',
  'timeout-before': 'the connection is lost before anything happened',
  'timeout-after': 'it happened, and the answer is lost',
  duplicate: 'it happens twice',
  'kill-lambda':
    'it happens, and the function that asked for it is dead; at `lambda:Invoke` the invoked function is killed `@ms` after the call',
  lost: 'nothing is delivered',
  late: 'delivered `@ms` later (1000)',
  twice: 'delivered twice; what a schedule sends twice is two events',
  'end-sessions': 'the servers end the sessions of their clients (57P01)',
  'reset-sessions': 'the connections of functions to the servers are reset; at a request, before the server sees it',
  freeze: 'SIGSTOP of the servers and their backends',
  'cut-region': 'calls to the region end like on a broken network, its servers are stopped',
  'cut-link':
    'calls across end like on a broken network, replicas stop to follow, copies of snapshots that are under way fail; servers stay reachable',
};

function faults(): string {
  const kinds = (names: readonly FaultKind[], where: string, target: string) =>
    names.map((name) => [code(name), where, target, kindsInWords[name]]);
  return [
    `\`--fault '[name/]service:Operation[#n[+]]=kind[:target][@ms][+ms]'\` (more than once), \`--faults <file>\` (a JSON array of objects), or \`makeFaultInjector\` in a test. It strikes the n-th call that a role makes, counted among those of the function \`name\` when that is given (\`#n+\`: the n-th and every later one); the operator is spared, but for what is cut. \`@ms\` is the true time from the call to the strike, \`+ms\` the time until what is frozen or cut works again (absent: until the end, or other faults).`,
    table(
      ['Kind', 'At', 'Target', 'What happens'],
      [
        ...kinds(callKinds, 'a call of AWS', ''),
        ...kinds(deliveryKinds, deliveryPoints.map(code).join(', '), ''),
        ...kinds(
          ['end-sessions', 'reset-sessions', 'freeze'],
          `any, and ${code(requestPoint)}`,
          'instance, `*` for any text',
        ),
        ...kinds(['cut-region'], 'any', 'region (that of the call)'),
        ...kinds(['cut-link'], 'any', '`region,region`'),
      ],
    ),
    list([
      `${code(requestPoint)} is what a function sends to a server between two answers: its statements, and five for the handshake. The name before a delivery is that of the rule or topic.`,
      'Examples: `takeWitness/rds:CreateDBSnapshot#1=timeout-after`, `verifyTables/postgres:Request#9=reset-sessions`, `nightly-backup-dev/events:Deliver=twice`, `verifyTables/lambda:Invoke=freeze:gd-copy-*@50+12000`, `rds:CopyDBSnapshot=cut-link:us-east-1,us-west-2+5000`.',
    ]),
    '`npm run fault-sweep -- <workflow>` learns the calls, requests and deliveries of a clean run on a tiny database, and then runs the workflow once for each of them and each kind that can happen there. A workflow with a schedule is swept as its schedule starts it; what another one needs (input, something to find, something of its own that must hold) stands in `sandbox/workflows/<workflow>/sweep.ts`. After each run, whatever struck it:',
    list([
      'every execution has ended within 3 minutes, a failed one with an error name; IAM has refused nothing to a role',
      'no throw-away copy is left when `sweep-leftovers` has run, half a day later for it; the copy of a running execution, the source, and snapshots on hold, made by hand or of another name are left alone',
      'the newest verified snapshot is there when `retention` has run, two months later for it',
      'no success without evidence in which every rung was passed; no copy left that nobody speaks of',
      'no password in histories, logs or evidence',
      'a run after it succeeds: always when it failed, else after every tenth',
    ]),
  ].join('\n\n');
}

const elsewhere = [
  'Signatures are not verified: the access key id in the credential scope says who calls. Whoever can reach the port may be anybody.',
  'Roles are enforced by the policies of the packaged template, with trust policies and bucket policies; permission boundaries, session policies and service control policies are not looked at. A condition key or operator that is not known is refused when the template is read.',
  'One account; regions are separate and share the endpoint. There is no VPC: security groups, subnets and routing are names.',
  'Only waits are shortened by the speed. `now()` is the true time, because PostgreSQL and evidence use it.',
  'X-Ray, KMS and CloudTrail do not exist; bills are generated.',
];
