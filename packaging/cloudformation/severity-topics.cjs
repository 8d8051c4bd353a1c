// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
// A topic for each severity. Workflows and alarms report what they have to report on the topic of its severity; who hears it,
// and how, is reported in resources/platform/notifications.yml. Serverless takes a generator of resources as CommonJS only.
const severities = ['P1', 'P2', 'P3', 'P4'];

module.exports = async ({ resolveVariable }) => {
  const stage = await resolveVariable('sls:stage');
  return { Resources: Object.fromEntries(severities.flatMap((severity) => Object.entries(topicOf(severity, stage)))) };
};

function topicOf(severity, stage) {
  const topic = { Ref: `${severity}Topic` };
  return {
    // Without a key: CloudWatch may not use alias/aws/sns. A message reports names, counts and where evidence lies.
    [`${severity}Topic`]: {
      Type: 'AWS::SNS::Topic',
      Properties: { TopicName: `pg-gameday-${severity.toLowerCase()}-${stage}` },
    },
    [`${severity}TopicPolicy`]: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [topic], PolicyDocument: { Version: '2012-10-17', Statement: [publishAlarms(topic)] } },
    },
    [`${severity}Subscription`]: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: topic,
        Protocol: 'lambda',
        Endpoint: { 'Fn::GetAtt': ['SendNotificationLambdaFunction', 'Arn'] },
      },
    },
    [`${severity}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { 'Fn::GetAtt': ['SendNotificationLambdaFunction', 'Arn'] },
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: topic,
      },
    },
  };
}

const ours = ['backup-and-verify-*', 'pg-gameday-*', 'restore-test-*'];

/** Alarms of this stack's names, of this account. The roles of functions have what they may publish in their policies. */
function publishAlarms(topic) {
  const alarms = 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:';
  return {
    Sid: 'PublishAlarms',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: topic,
    Condition: {
      ArnLike: {
        'aws:SourceArn': ours.map((name) => ({ 'Fn::Sub': `${alarms}${name}` })),
      },
    },
  };
}
