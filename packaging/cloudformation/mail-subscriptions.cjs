// Who gets mail, as operations.yml says. AWS asks each address to confirm.
const { createHash } = require('node:crypto');
const { readStage } = require('./stage-operations.cjs');

module.exports = async ({ resolveVariable }) => {
  const { policy } = await readStage(resolveVariable);
  return {
    Resources: Object.fromEntries(
      (policy.receivers?.email ?? []).map(({ address, severities }) => [
        // By the address and not by its place in the list: whoever stays need not confirm again.
        `Mail${createHash('sha256').update(String(address)).digest('hex').slice(0, 12)}Subscription`,
        {
          Type: 'AWS::SNS::Subscription',
          Properties: {
            TopicArn: { Ref: 'MailTopic' },
            Protocol: 'email',
            Endpoint: address,
            ...(severities === undefined ? {} : { FilterPolicy: { severity: severities } }),
          },
        },
      ]),
    ),
  };
};
