import { type Needs, type NeedsTable, text } from './need.ts';

const metrics =
  (action: string): Needs =>
  (input) => {
    const namespace = text(input, 'Namespace');
    return [
      {
        action: `cloudwatch:${action}`,
        resource: '*',
        ...(namespace === undefined ? {} : { context: { 'cloudwatch:namespace': [namespace] } }),
      },
    ];
  };

/** After the service authorization reference of Amazon CloudWatch. */
export const cloudwatchNeeds: NeedsTable = {
  GetMetricData: metrics('GetMetricData'),
  GetMetricStatistics: metrics('GetMetricStatistics'),
  ListMetrics: metrics('ListMetrics'),
  PutMetricData: metrics('PutMetricData'),
};

const group =
  (action: string): Needs =>
  (input, { region, account }) => {
    const name = text(input, 'logGroupName');
    const given = text(input, 'logGroupIdentifier');
    const resource =
      given?.startsWith('arn:') === true
        ? given
        : `arn:aws:logs:${region}:${account}:log-group:${name ?? given ?? '*'}`;
    return [{ action: `logs:${action}`, resource: resource.endsWith(':*') ? resource : `${resource}:*` }];
  };

const stream =
  (action: string): Needs =>
  (input, { region, account }) => {
    const [groupName, streamName] = [text(input, 'logGroupName') ?? '*', text(input, 'logStreamName') ?? '*'];
    const resource = `arn:aws:logs:${region}:${account}:log-group:${groupName}:log-stream:${streamName}`;
    return [{ action: `logs:${action}`, resource }];
  };

/** After the service authorization reference of Amazon CloudWatch Logs. */
export const logsNeeds: NeedsTable = {
  CreateLogGroup: group('CreateLogGroup'),
  CreateLogStream: stream('CreateLogStream'),
  DeleteLogGroup: group('DeleteLogGroup'),
  DescribeLogGroups: group('DescribeLogGroups'),
  DescribeLogStreams: group('DescribeLogStreams'),
  FilterLogEvents: group('FilterLogEvents'),
  GetLogEvents: stream('GetLogEvents'),
  PutLogEvents: stream('PutLogEvents'),
  PutRetentionPolicy: group('PutRetentionPolicy'),
};
