import type { MistakesInFile } from '../mistake.ts';

const leaked = 'tests/unit/functions/leaked-credential.test.ts';
const leakedRoles = 'tests/unit/shared/domain/remediation/leaked-role.test.ts';
const isolation = 'tests/sandbox/operations/isolate-credential.test.ts';
const wholeWay = 'tests/sandbox/operations/leaked-credential.test.ts';

/** Whose credential leaked, and who is kept out for it. */
export const leakedCredential: readonly MistakesInFile[] = [
  {
    file: 'shared/pg/fence/until-nobody.ts',
    tests: ['tests/unit/shared/pg/until-nobody.test.ts'],
    mistakes: [
      { name: 'one empty look is an end', find: 'found.length > 1 && found.slice(-2)', replace: 'found.slice(-1)' },
      {
        name: 'looks follow one another at once',
        find: "await client.query('select pg_sleep($1)', [pauseMilliseconds / 1000]);",
        replace: '',
      },
    ],
  },
  {
    file: 'workflows.yml',
    tests: [wholeWay],
    mistakes: [
      {
        name: 'a failed login starts a remedy',
        find: "'CredentialAccess:RDS/*.Successful*'",
        replace: "'CredentialAccess:RDS/*'",
      },
    ],
  },
  {
    file: 'shared/rules/remediation.ts',
    tests: [leaked],
    mistakes: [
      {
        name: 'a role is isolated on a replica',
        find: ' && role === undefined ? bearer.name',
        replace: ' ? bearer.name',
      },
      { name: 'a role is isolated for each database', find: " || capability === 'fence'", replace: '' },
    ],
  },
  {
    file: 'shared/domain/alarm/leaked-credential.ts',
    tests: [leaked],
    mistakes: [
      { name: 'a failed login is a leak', find: '\\.Successful/;', replace: '\\./;' },
      { name: 'a finding of another account is ours', find: 'account !== place.account || ', replace: '' },
      {
        name: 'an instance of somebody else is ours',
        find: 'if (databases.length === 0) return undefined;',
        replace: '',
      },
      { name: 'a login to a replica leaks nothing', find: ' || one.replicas.includes(instance)', replace: '' },
    ],
  },
  {
    file: 'shared/domain/remediation/leaked-role.ts',
    tests: [leakedRoles],
    mistakes: [
      { name: 'any role is isolated', find: 'if (!isNamed)', replace: 'if (false)' },
      { name: 'a fenced role is isolated', find: 'if (isFenced)', replace: 'if (false)' },
      {
        name: 'what was isolated once never leaks again',
        find: 'if (!canLogin)',
        replace: 'if (!canLogin || isIsolated)',
      },
      { name: 'a role without LOGIN is isolated', find: 'if (!canLogin)', replace: 'if (false)' },
    ],
  },
  {
    file: 'shared/pg/bootstrap/isolation-functions.ts',
    tests: [isolation],
    mistakes: [
      { name: 'the function isolates any role', find: ' and rolname = any (gameday.fence_roles());', replace: ';' },
      {
        name: 'the function isolates a fenced role',
        find: 'if not found or exists (select from gameday.fenced_role f where f.role = of_role) then\n    return null',
        replace: 'if not found then\n    return null',
      },
      { name: 'the password stays', find: ' nologin password null', replace: ' nologin' },
      { name: 'LOGIN stays', find: ' nologin password null', replace: ' password null' },
      { name: 'its sessions go on', find: 'count(pg_terminate_backend(a.pid))', replace: 'count(a.pid)' },
      { name: 'everybody is ended', find: 'a.usesysid = found_role.oid and ', replace: '' },
      {
        name: 'a role is released while the fence stands',
        find: 'if exists (select from gameday.fenced_role f where f.role = of_role) then',
        replace: 'if false then',
      },
      { name: 'a name is SQL', find: "format('alter role %I nologin", replace: "format('alter role %s nologin" },
      { name: 'a release gives no LOGIN', find: "'alter role %I login'", replace: "'alter role %I nologin'" },
      {
        name: 'an earlier isolation is not known',
        find: 'exists (select from gameday.isolated_role i where i.role = r.rolname)',
        replace: 'false',
      },
    ],
  },
  {
    file: 'shared/remediation/isolate.ts',
    tests: [isolation],
    mistakes: [
      { name: 'another role by that name is isolated', find: 'again.target.oid !== target.oid', replace: 'false' },
      { name: 'a role that logs in is isolated', find: 'if (found.canLogin)', replace: 'if (false)' },
      { name: 'what it has done is not looked at', find: "if ('refusal' in again)", replace: 'if (false)' },
    ],
  },
];
