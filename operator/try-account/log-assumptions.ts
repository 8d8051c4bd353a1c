import { type Assumption, deployed } from './assumption.ts';

/** Of logs, of alarms that are muted, and of composite alarms. */
export const assumptionsOfLogs: readonly Assumption[] = [
  {
    fact: 'DownloadDBLogFilePortion with Marker "0" and NumberOfLines goes on by the marker that it answers, and says "[Your log message was truncated]" where it left lines out',
    source: 'RDS API reference, DownloadDBLogFilePortion; what others report of it',
    breaks: 'lines are counted twice or not at all; no gap names them',
    command: `${deployed}\`aws stepfunctions start-execution --state-machine-arn …:slow-query-report-<stage>\`, then compare \`bytes\` of its evidence with the Size of \`aws rds describe-db-log-files\``,
  },
  {
    fact: 'The file names of describe-db-log-files contain "postgresql" and sort by their time; lines have the prefix %t:%r:%u@%d:[%p]: in UTC',
    source: 'RDS user guide, PostgreSQL database log files',
    breaks: 'the report has gaps that name lines with an unknown prefix',
    command: 'the same execution: its gaps',
  },
  {
    fact: 'A subscription filter needs firehose:PutRecord of its role and no other action',
    source: 'CloudWatch Logs user guide, subscription filters with Firehose',
    breaks: 'the deployment is rolled back at the first filter: no test message can be delivered',
    command: `${deployed}\`aws logs describe-subscription-filters --log-group-name /pg-gameday/<stage>/collect-health\``,
  },
  {
    fact: 'Firehose delivers the packed records that its function answers one after the other, uncompressed, under the FileExtension .gz',
    source: 'Firehose developer guide, data transformation; gzip, RFC 1952, members',
    breaks: 'a cold log cannot be read by zcat',
    command: `${deployed}a quarter of an hour later \`aws s3 cp s3://<bucket of cold logs>/logs/… - | zcat | head\``,
  },
  {
    fact: 'Firehose takes a role whose trust asks for sts:ExternalId to be the account',
    source: 'Firehose developer guide, controlling access; older examples of its console',
    breaks: 'the stream cannot be made, or delivers nothing: the metric DeliveryToS3.Success is 0',
    command: 'the deployment of a stage with `logs.cold: true`',
  },
  {
    fact: 'A stream may be made before its function is there, and CloudFormation waits until the stream is active before it makes the filters of nested stacks',
    source: 'CloudFormation user guide, parameters of nested stacks',
    breaks: 'the first deployment has to be repeated',
    command: 'the first deployment of a stage with `logs.cold: true`',
  },
];
