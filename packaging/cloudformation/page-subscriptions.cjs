// Who of `alert.people` is asked by mail, each by name, as operations.yml says. AWS asks each address to confirm.
const { createHash } = require('node:crypto');
const { readStage } = require('./stage-operations.cjs');

module.exports = async ({ resolveVariable }) => {
  const { alert } = await readStage(resolveVariable);
  return {
    Resources: Object.fromEntries(
      Object.entries(alert.people ?? {})
        .filter(([, person]) => person?.email !== undefined)
        .map(([name, { email }]) => [
          // By the address, too: whoever has a new one is asked to confirm it.
          `Page${createHash('sha256').update(`${name} ${email}`).digest('hex').slice(0, 12)}Subscription`,
          {
            Type: 'AWS::SNS::Subscription',
            Properties: {
              TopicArn: { Ref: 'PageTopic' },
              Protocol: 'email',
              Endpoint: email,
              FilterPolicy: { person: [name] },
            },
          },
        ]),
    ),
  };
};
