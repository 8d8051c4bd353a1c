import { bootstrapVersion } from '../../shared/pg/bootstrap/version.ts';
import type { DatabasePolicy } from '../../shared/policy/schema.ts';
import { commandWords } from './bootstrap-command.ts';
import { checkCapabilities } from './check-capabilities.ts';
import type { Collected, DatabaseFacts, SourceInstance } from './facts.ts';
import { type Finding, must, should, unseen } from './finding.ts';

/** The secret, and the database behind it as the functions see it. */
export function checkInside(
  {
    database,
    secretArn,
    databaseName,
    capabilities,
  }: { readonly database: string } & Pick<DatabasePolicy, 'secretArn' | 'capabilities'> & {
      readonly databaseName: string;
    },
  {
    instance,
    secret,
    capabilitySecrets,
    inside,
  }: { readonly instance: Collected<SourceInstance | undefined> } & Pick<
    DatabaseFacts,
    'secret' | 'capabilitySecrets' | 'inside'
  >,
): Finding[] {
  const words = commandWords(databaseName, capabilities);
  return [
    ...checkSecret(secretArn, instance, secret),
    ...checkCapabilities(capabilities, secret, capabilitySecrets),
    ...checkDatabase(database, databaseName, words, inside),
  ];
}

function checkSecret(arn: string, instance: Collected<SourceInstance | undefined>, secret: DatabaseFacts['secret']) {
  if (!secret.seen) return [unseen('secret exists', arn, secret.reason)];
  const found = secret.value;
  const exists = must('secret exists', arn, {
    holds: found !== undefined,
    observed: found === undefined ? 'Secrets Manager has no such secret, or it is being deleted' : 'present',
    remedy: `aws secretsmanager create-secret --name ${arn.split(':secret:')[1] ?? '…'} --secret-string '{"username":"gameday","password":"…"}'`,
  });
  if (found === undefined) return [exists];
  const complete = must('secret has username and password', arn, {
    holds: found.isComplete,
    observed: found.isComplete ? `user '${found.user}'` : 'another form',
    remedy: `aws secretsmanager put-secret-value --secret-id ${arn} --secret-string '{"username":"gameday","password":"…"}'`,
  });
  const master = instance.seen ? instance.value?.masterUser : undefined;
  if (!found.isComplete || master === undefined) return [exists, complete];
  return [
    exists,
    complete,
    must('secret is of a role of our own', arn, {
      holds: found.user !== master,
      observed: found.user === master ? `it is the master user's, '${master}'` : `'${found.user}'`,
      remedy: 'Store the password of the role that npm run bootstrap-database makes: the functions need no more.',
    }),
  ];
}

function checkDatabase(
  database: string,
  databaseName: string,
  command: string,
  inside: DatabaseFacts['inside'],
): Finding[] {
  const subject = `${database} (${databaseName})`;
  if (!inside.seen) return [unseen('functions reach the database', subject, inside.reason)];
  const found = inside.value;
  if (found === undefined) {
    return [
      unseen(
        'functions reach the database',
        subject,
        'the state machine inspect-database is not deployed, so nobody looked inside',
      ),
    ];
  }
  const [message = '', ...hints] = (found.failure?.message ?? '').split('\n');
  const reached = must('functions reach the database', subject, {
    holds: found.failure === null,
    observed: found.failure === null ? `PostgreSQL ${found.server?.version}` : `${found.failure.error}: ${message}`,
    remedy:
      hints
        .filter((line) => line.startsWith('HINT: '))
        .map((line) => line.slice('HINT: '.length))
        .join(' ') || 'Read docs/errors.md under that name.',
  });
  if (found.failure !== null) return [reached];
  // What is a stranger's is a finding of its own, with a remedy of its own.
  const missing = found.steps
    .filter(({ satisfied, optional, subject: about }) => !satisfied && !optional && about !== 'strangers')
    .map(({ title }) => title);
  const version = found.server?.bootstrapVersion ?? null;
  const hidden = found.steps.find((step) => step.subject === 'row-level security');
  return [
    reached,
    must('bootstrap is complete', subject, {
      holds: missing.length === 0,
      observed: missing.length === 0 ? `${found.steps.length} steps` : `missing: ${missing.join(', ')}`,
      remedy: command,
    }),
    ...(version === null
      ? []
      : [
          must(`bootstrap is version ${bootstrapVersion}`, subject, {
            // A later one has what this one needs, and more.
            holds: version >= bootstrapVersion,
            observed: `version ${version}`,
            remedy: command,
          }),
        ]),
    must('nothing of a stranger in schema gameday', subject, {
      holds: found.foreign.length === 0,
      observed:
        found.foreign.length === 0 ? 'all of it is ours' : found.foreign.map(({ problem }) => problem).join('; '),
      remedy: [...new Set(found.foreign.map(({ remedy }) => `${remedy}.`))].join(' '),
    }),
    should('queries run no code of others', subject, {
      holds: (found.code ?? []).length === 0,
      observed: codeText(found.code ?? []),
      remedy:
        'Drop what is named, give its function to a trusted owner, or add the owner to trustedOwners in operations.yml; see docs/decisions/0019-who-in-the-source-is-trusted-with-what.md.',
    }),
    must('role sees every row', subject, {
      holds: hidden?.satisfied !== false,
      observed: hidden?.satisfied === false ? 'row-level security hides tables from it' : 'every table',
      remedy: `${command}, as an owner of the tables: they stay unproven otherwise.`,
    }),
  ];
}

function codeText(code: readonly string[]): string {
  if (code.length === 0) return 'none';
  const more = code.length > 3 ? `; and ${code.length - 3} more` : '';
  return `${code.slice(0, 3).join('; ')}${more}`;
}
