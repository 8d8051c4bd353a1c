// Compares two packages of a stage, resource by resource, with all references resolved as in an account:
// `node tests/repository/templates/compare-templates.ts <before> <after> [intended.yml]`. The directories are what
// `serverless package --package` wrote. Exit code 1: there is a difference that intended.yml does not name.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { openStacks } from '../../../sandbox/template/open-stacks.ts';
import { comparableResources, differencesOf, type Intended } from './template-differences.ts';

const [before, after, file] = process.argv.slice(2);
if (before === undefined || after === undefined)
  throw new Error('usage: compare-templates.ts <before> <after> [intended.yml]');
const resourcesIn = (directory: string) =>
  comparableResources(
    openStacks(directory, {
      stackName: 'pg-gameday',
      region: 'us-east-1',
      account: '123456789012',
      partition: 'aws',
      parameters: {},
    }),
  );
const intended: Intended = file === undefined ? {} : (parse(readFileSync(file, 'utf8')) as Intended);
const { unexpected, expected } = differencesOf(resourcesIn(before), resourcesIn(after), intended);
for (const line of expected) console.log(`intended: ${line}`);
for (const line of unexpected) console.log(`UNEXPECTED: ${line}`);
console.log(`${expected.length} intended differences, ${unexpected.length} others`);
process.exitCode = unexpected.length > 0 ? 1 : 0;
