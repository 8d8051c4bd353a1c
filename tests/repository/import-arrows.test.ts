import assert from 'node:assert/strict';
import { filesOf, type SourceFile } from './files.ts';
import { importsOf } from './imports.ts';

/** What the files under `from` may import: a prefix of a path in this repository, `node:`, or a package. */
const arrows: {
  readonly from: string;
  readonly may: readonly string[];
  readonly except?: string;
  readonly why: string;
}[] = [
  { from: 'shared/domain/', may: ['shared/domain/', 'shared/contracts/'], why: 'decisions are pure' },
  {
    from: 'shared/contracts/',
    may: ['shared/contracts/', 'zod/mini'],
    why: 'contracts know only their schema language',
  },
  {
    from: 'shared/report/',
    may: ['shared/report/', 'shared/contracts/', 'd3-scale', 'd3-shape'],
    why: 'a report is a function of its evidence',
  },
  { from: 'shared/errors.ts', may: [], why: 'everything may throw' },
  {
    from: 'shared/policy/',
    may: ['shared/policy/', 'shared/errors.ts', 'shared/faults.ts', 'operations.yml', 'zod/mini', 'yaml', 'node:fs'],
    why: 'the policy is read at package time and in the sandbox too',
  },
  { from: 'shared/aws/', may: ['shared/', '@aws-sdk/', 'zod/mini', 'node:'], why: 'AWS is behind one folder' },
  {
    from: 'shared/pg/',
    may: [
      'shared/contracts/',
      'shared/domain/',
      'shared/errors.ts',
      'shared/deadlines.ts',
      'shared/pg/',
      'pg',
      'node:',
    ],
    why: 'PostgreSQL is behind one folder',
  },
  {
    from: 'shared/',
    may: [
      'shared/',
      'operations.yml',
      '@aws-sdk/',
      '@aws-lambda-powertools/',
      '@middy/core',
      'aws-lambda',
      'd3-scale',
      'd3-shape',
      'pg',
      'yaml',
      'zod/mini',
      'node:',
    ],
    why: 'shared never imports functions',
  },
  {
    from: 'operator/',
    may: ['operator/', 'shared/', 'packaging/cloudformation/', '@aws-sdk/', 'pg', 'yaml', 'node:'],
    why: 'an operator works with the account, whether it is AWS or the sandbox',
  },
  { from: 'functions/', may: ['shared/'], why: 'a function is made of shared parts' },
  {
    from: 'sandbox/',
    may: [
      'sandbox/',
      'shared/contracts/',
      'shared/policy/',
      'shared/errors.ts',
      'shared/command-line/',
      'shared/pg/bootstrap/',
      'node:',
      '*',
    ],
    except: 'sandbox/alarm-drill/',
    why: 'the sandbox reaches the rest only through the packaged bundles, and reads a command line and prepares a database as an operator does',
  },
  {
    from: 'sandbox/alarm-drill/',
    may: ['sandbox/', 'shared/', 'packaging/health/', 'node:', '*'],
    why: 'the alarm drill moves the clock of the collector, which a bundle has none for',
  },
];
/** Only these may import the sandbox. */
const sandboxUsers = ['sandbox/', 'tests/', 'bench/'];

const isOwn = (target: string) =>
  /^(functions|shared|operator|sandbox|tests|bench|packaging|statemachines|tasks)\/|^operations\.yml$/.test(target);

function faultsOf(files: readonly SourceFile[]): string[] {
  const faults: string[] = [];
  for (const file of files) {
    const rules = arrows.filter(
      ({ from, except }) => file.path.startsWith(from) && !(except !== undefined && file.path.startsWith(except)),
    );
    for (const target of importsOf(file)) {
      for (const { may, why } of rules) {
        const isAllowed = may.some((prefix) =>
          prefix === '*' ? !isOwn(target) : prefix === target || (/[/:]$/.test(prefix) && target.startsWith(prefix)),
        );
        if (!isAllowed) faults.push(`'${file.path}' imports '${target}': ${why}`);
      }
      if (target.startsWith('sandbox/') && !sandboxUsers.some((user) => file.path.startsWith(user))) {
        faults.push(`'${file.path}' imports '${target}': code does not know that the sandbox exists`);
      }
    }
  }
  return faults;
}

describe('imports', () => {
  test('follow the arrows of the architecture', () => {
    const files = filesOf('{functions,shared,operator,sandbox,packaging,tests,bench,model,tasks}/**/*.{ts,mjs}');
    assert.ok(files.length > 100);
    assert.ok(files.flatMap(importsOf).length > 500, 'the imports were not found');
    assert.deepEqual(faultsOf(files), []);
  });

  const broken: [string, string][] = [
    ['shared/domain/a.ts', "import { readFileSync } from 'node:fs';"],
    ['shared/domain/a.ts', "import pg from 'pg';"],
    ['shared/domain/a.ts', "import type { Rds } from '../aws/rds.ts';"],
    ['shared/domain/a.ts', "import { InvalidInputError } from '../errors.ts';"],
    ['shared/domain/a.ts', "export { b } from '../pg/b.ts';"],
    ['shared/domain/a.ts', "import {\n  b,\n  c,\n} from '@aws-sdk/client-rds';"],
    ['shared/lambda/a.ts', "import { planRun } from '../../functions/backup-and-verify/plan-run.ts';"],
    ['shared/report/a.ts', "import '../aws/s3.ts';"],
    ['shared/pg/a.ts', "import { RDSClient } from '@aws-sdk/client-rds';"],
    ['shared/aws/a.ts', "import { startSandbox } from '../../sandbox/sandbox.ts';"],
    ['functions/instances/a.ts', "import { b } from '../verification/b.ts';"],
    ['functions/instances/a.ts', "import pg from 'pg';"],
    ['functions/instances/a.ts', "const b = await import('../../sandbox/sandbox.ts');"],
    ['sandbox/a.ts', "import { connect } from '../shared/pg/connect.ts';"],
    ['sandbox/a.ts', "import { planRun } from '../functions/backup-and-verify/plan-run.ts';"],
    ['packaging/a.mjs', "import { startSandbox } from '../sandbox/sandbox.ts';"],
  ];
  for (const [path, text] of broken) {
    test(`against an arrow are reported: ${path} with ${text.replaceAll('\n', ' ')}`, () => {
      assert.notDeepEqual(faultsOf([{ path, text }]), []);
    });
  }
});
