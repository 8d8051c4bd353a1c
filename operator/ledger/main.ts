// What recommendations were accepted, what they should save, and what the bill says: npm run ledger -- list
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { Entry } from '../../shared/contracts/ledger.ts';
import { coerceError } from '../../shared/errors.ts';
import { faultsOf, faultText } from '../../shared/faults.ts';
import { ledgerLines } from './lines.ts';
import { openLedger } from './store.ts';

const help = `pg-gameday ledger: accepted recommendations, expected and measured

  npm run ledger -- list --bucket <evidence bucket>
  npm run ledger -- add --bucket … --id reporting-hours --what "stop reporting out of hours" \\
      --service "Amazon Relational Database Service" --usage-type USE1-InstanceUsage:db.t3.medium \\
      --expected 40 --accepted 2026-05-20

Measured is the mean day of the four weeks before beside that of the newest four weeks after, times a month, from the bill
that the newest cost report has stored. Credentials, region and endpoint come from the environment.

Exit code 0: done; 1: an entry of that id is there already; 2: it could not be done.`;

try {
  process.exitCode = await main();
} catch (thrown) {
  console.error(`error: ${coerceError(thrown).message}`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      bucket: { type: 'string' },
      id: { type: 'string' },
      what: { type: 'string' },
      service: { type: 'string' },
      'usage-type': { type: 'string' },
      expected: { type: 'string' },
      accepted: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [action] = positionals;
  if (values.help || values.bucket === undefined || (action !== 'add' && action !== 'list')) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  const client = new S3Client({ forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined });
  const ledger = openLedger(client, values.bucket);
  if (action === 'list') {
    console.log(ledgerLines(await ledger.read(), await ledger.newestCosts()).join('\n'));
    return 0;
  }
  const given = {
    id: values.id,
    what: values.what,
    service: values.service,
    usageType: values['usage-type'] ?? null,
    acceptedOn: values.accepted,
    expectedMonthly: Number(values.expected),
  };
  const entry = Entry.safeParse(given);
  if (!entry.success) {
    const faults = faultsOf(entry.error.issues, given).map((fault) => `  ${faultText(fault)}`);
    throw new Error(`the entry has faults\n${faults.join('\n')}\nHINT: See npm run ledger -- --help.`);
  }
  if (await ledger.add(entry.data)) {
    console.log(`'${entry.data.id}' is in the ledger.`);
    return 0;
  }
  console.error(`'${entry.data.id}' is in the ledger already; nothing was changed.`);
  return 1;
}
