// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and EventBridge write placeholders like this
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const serviceRole = (service: string, actions: readonly string[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'p',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Sid: 'Work', Effect: 'Allow', Action: actions, Resource: '*' }],
        },
      },
    ],
  },
});

/** A metric, two alarms, a topic, and a rule that starts a workflow with what the event says. */
const template = {
  Resources: {
    Pages: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'pages' } },
    PagesPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Pages' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Alarms',
              Effect: 'Allow',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: { Ref: 'Pages' },
              Condition: {
                ArnLike: {
                  'aws:SourceArn': { 'Fn::Sub': 'arn:aws:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:replica-*' },
                },
              },
            },
          ],
        },
      },
    },
    Late: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: 'replica-late',
        Namespace: 'Test',
        MetricName: 'ReplicaLag',
        Dimensions: [{ Name: 'Database', Value: 'orders' }],
        Statistic: 'Average',
        Period: '60',
        EvaluationPeriods: '2',
        Threshold: '30',
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'breaching',
        AlarmActions: [{ Ref: 'Pages' }],
      },
    },
    Uninvited: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: {
        AlarmName: 'uninvited',
        AlarmRule: { 'Fn::Sub': 'ALARM("${Late}")' },
        AlarmActions: [{ Ref: 'Pages' }],
      },
    },
    RepairRole: serviceRole('states.amazonaws.com', ['states:DescribeStateMachine']),
    Repair: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'repair',
        RoleArn: { 'Fn::GetAtt': ['RepairRole', 'Arn'] },
        DefinitionString: JSON.stringify({
          QueryLanguage: 'JSONata',
          StartAt: 'Reported',
          States: { Reported: { Type: 'Pass', End: true } },
        }),
      },
    },
    RuleRole: serviceRole('events.amazonaws.com', ['states:StartExecution']),
    OnAlarm: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'on-alarm',
        EventPattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          detail: { alarmName: [{ prefix: 'replica-' }], state: { value: ['ALARM'] } },
        },
        Targets: [
          {
            Id: 'repair',
            Arn: { Ref: 'Repair' },
            RoleArn: { 'Fn::GetAtt': ['RuleRole', 'Arn'] },
            InputTransformer: {
              InputPathsMap: {
                alarm: '$.detail.alarmName',
                was: '$.detail.previousState.value',
                database: '$.detail.configuration.metrics[0].metricStat.metric.dimensions.Database',
              },
              InputTemplate: '{"alarm": <alarm>, "was": <was>, "database": "<database>"}',
            },
          },
        ],
      },
    },
  },
};

/** Writes the fixture as `serverless package` would. */
export async function writeAlarmPackage(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const text = JSON.stringify(template);
  await writeFile(path.join(directory, 'cloudformation-template-update-stack.json'), text);
  const state = { service: { service: 'alarms', provider: { stage: 'test' } } };
  await writeFile(path.join(directory, 'serverless-state.json'), JSON.stringify(state));
}
