// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and Firehose write placeholders like this
// Keeps the logs of a stage for a year, where operations.yml asks for it: each log group sends to Firehose, which lets maskLogRecords mask
// what it gets and delivers to S3. Decision 33 says why.
const { readStage } = require('../cloudformation/stage-operations.cjs');
const { pascal, readFunctions, readWorkflows } = require('../cloudformation/workflows.cjs');

/** Its own log would come back to it, for ever. */
const NOT_SUBSCRIBED = ['cold-logs'];

module.exports = async ({ resolveVariable }) => {
  const { policy, logs } = await readStage(resolveVariable);
  if (policy.logs?.cold !== true) return {};
  const { Logs } = await import('../../shared/policy/schema/logs.ts');
  const parsed = Logs.safeParse(logs);
  const { cold } = parsed.success ? parsed.data : Logs.parse({});
  const exported = policy.logs.postgresql === true ? Object.values(policy.databases ?? {}) : [];
  return {
    Resources: coldLogsOf({
      functions: readFunctions(),
      workflows: readWorkflows(),
      instances: [...new Set(exported.flatMap(({ instance, replicas = [] }) => [instance, ...replicas]))],
      cold,
    }),
  };
};

/** Logical ids of the log groups that are sent. */
const logGroupIds = ({ functions, workflows }) => [
  ...new Set(
    functions
      .filter(({ folder }) => !NOT_SUBSCRIBED.includes(folder))
      .map(({ folder }) => `${pascal(folder)}FunctionLogs`),
  ),
  ...workflows.map(({ id }) => `${id}Logs`),
];
module.exports.logGroupIds = logGroupIds;

function coldLogsOf({ functions, workflows, instances, cold }) {
  const filters = logGroupIds({ functions, workflows }).map((id) => [`${id}Cold`, filter({ Ref: id })]);
  const servers = instances.map((instance) => [
    `${pascal(instance.replaceAll('-', '-dash-'))}ServerLogsCold`,
    { ...filter(`/aws/rds/instance/${instance}/postgresql`), Condition: 'IsFirstRegion' },
  ]);
  return { ...platform(cold), ...Object.fromEntries([...filters, ...servers]) };
}
module.exports.coldLogsOf = coldLogsOf;

const filter = (LogGroupName) => ({
  Type: 'AWS::Logs::SubscriptionFilter',
  Properties: {
    LogGroupName,
    FilterPattern: '', // all of it
    DestinationArn: { 'Fn::GetAtt': ['ColdLogsStream', 'Arn'] },
    RoleArn: { 'Fn::GetAtt': ['ColdLogsSenderRole', 'Arn'] },
  },
});

const account = { Ref: 'AWS::AccountId' };
const forOurs = {
  StringEquals: { 'aws:SourceAccount': account },
  ArnLike: { 'aws:SourceArn': { 'Fn::Sub': 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*' } },
};

/** Firehose names the account as the external id, and not the stream for which it takes a role. */
const role = (service, condition, Statement) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: service },
          Action: 'sts:AssumeRole',
          Condition: condition,
        },
      ],
    },
    PermissionsBoundary: { Ref: 'Boundary' },
    Policies: [{ PolicyName: 'deliver', PolicyDocument: { Version: '2012-10-17', Statement } }],
  },
});

const STREAM = 'pg-gameday-logs-${sls:stage}';
const streamArn = {
  'Fn::Sub': `arn:\${AWS::Partition}:firehose:\${AWS::Region}:\${AWS::AccountId}:deliverystream/${STREAM}`,
};

const platform = ({ glacierAfterDays, expireAfterDays }) => ({
  ColdLogsBucket: {
    Type: 'AWS::S3::Bucket',
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
      LifecycleConfiguration: {
        Rules: [
          {
            ...{ Id: 'a-year-of-logs', Status: 'Enabled', ExpirationInDays: expireAfterDays },
            Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: glacierAfterDays }],
          },
          { Id: 'unfinished-uploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
        ],
      },
    },
  },
  ColdLogsBucketPolicy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'ColdLogsBucket' },
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Sid: 'RefusePlainText', Effect: 'Deny', Principal: '*', Action: 's3:*' },
            Resource: [{ 'Fn::GetAtt': ['ColdLogsBucket', 'Arn'] }, { 'Fn::Sub': '${ColdLogsBucket.Arn}/*' }],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    },
  },
  ColdLogsSenderRole: role('logs.amazonaws.com', forOurs, [
    { Sid: 'SendLogs', Effect: 'Allow', Action: 'firehose:PutRecord', Resource: streamArn },
  ]),
  ColdLogsDeliveryRole: role('firehose.amazonaws.com', { StringEquals: { 'sts:ExternalId': account } }, [
    {
      Sid: 'DeliverLogs',
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: [{ 'Fn::Sub': '${ColdLogsBucket.Arn}/logs/*' }, { 'Fn::Sub': '${ColdLogsBucket.Arn}/failed/*' }],
    },
    {
      Sid: 'UploadInParts', // a buffer of many megabytes
      Effect: 'Allow',
      Action: ['s3:AbortMultipartUpload', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
      Resource: [{ 'Fn::GetAtt': ['ColdLogsBucket', 'Arn'] }, { 'Fn::Sub': '${ColdLogsBucket.Arn}/*' }],
    },
    {
      ...{ Sid: 'MaskLogs', Effect: 'Allow', Action: 'lambda:InvokeFunction' },
      Resource: { 'Fn::GetAtt': ['MaskLogRecordsLambdaFunction', 'Arn'] },
    },
  ]),
  ColdLogsStream: {
    Type: 'AWS::KinesisFirehose::DeliveryStream',
    Properties: {
      DeliveryStreamName: STREAM,
      DeliveryStreamType: 'DirectPut',
      ExtendedS3DestinationConfiguration: {
        BucketARN: { 'Fn::GetAtt': ['ColdLogsBucket', 'Arn'] },
        RoleARN: { 'Fn::GetAtt': ['ColdLogsDeliveryRole', 'Arn'] },
        Prefix: 'logs/!{timestamp:yyyy/MM/dd}/',
        ErrorOutputPrefix: 'failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/',
        CompressionFormat: 'UNCOMPRESSED', // what comes is packed already
        FileExtension: '.gz',
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 }, // few objects: below 128 KB none goes to Glacier
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [
            {
              Type: 'Lambda',
              Parameters: [
                {
                  ParameterName: 'LambdaArn',
                  ParameterValue: { 'Fn::GetAtt': ['MaskLogRecordsLambdaFunction', 'Arn'] },
                },
                { ParameterName: 'BufferSizeInMBs', ParameterValue: '1' }, // ten times as much unpacked
              ],
            },
          ],
        },
      },
    },
  },
});
