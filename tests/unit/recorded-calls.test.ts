import { cloudWatchRows } from '../support/recorded/cloudwatch.ts';
import { eventsRows } from '../support/recorded/events.ts';
import { checkCallRow } from '../support/recorded/run-calls.ts';
import { s3Rows } from '../support/recorded/s3.ts';
import { secretsRows } from '../support/recorded/secretsmanager.ts';
import { snsRows } from '../support/recorded/sns.ts';
import { statesRows } from '../support/recorded/states.ts';

const services = {
  EventBridge: eventsRows,
  SNS: snsRows,
  S3: s3Rows,
  'Secrets Manager': secretsRows,
  CloudWatch: cloudWatchRows,
  'Step Functions': statesRows,
};

for (const [service, rows] of Object.entries(services)) {
  describe(`${service} answers as AWS was recorded to`, () => {
    for (const row of rows) {
      test(`${row.case} (${row.recorded})`, () => checkCallRow(row));
    }
  });
}
