// The stage's subscription to AWS's own anomalies, where operations.yml names the account's monitor.
const { readStage } = require('./stage-operations.cjs');

module.exports = async ({ resolveVariable }) => {
  const { stage, policy, costs } = await readStage(resolveVariable);
  if (policy.anomalyMonitorArn === undefined) return {};
  return {
    Resources: {
      AnomalySubscription: {
        Type: 'AWS::CE::AnomalySubscription',
        Condition: 'IsFirstRegion',
        Properties: {
          SubscriptionName: `pg-gameday-anomalies-${stage}`,
          Frequency: 'IMMEDIATE', // the only one that SNS takes
          MonitorArnList: [policy.anomalyMonitorArn], // decision 16: an account has one of all services
          Subscribers: [{ Type: 'SNS', Address: { Ref: 'CostTopic' } }],
          ThresholdExpression: JSON.stringify({
            Dimensions: {
              Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
              MatchOptions: ['GREATER_THAN_OR_EQUAL'],
              Values: [String(costs.severities?.P3)],
            },
          }),
        },
      },
    },
  };
};
