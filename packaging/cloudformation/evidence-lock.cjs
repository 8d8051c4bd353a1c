// Locks evidence against deletion where operations.yml says for how long. Merged into the bucket of resources/platform/evidence.yml.
const { readStage } = require('./stage-operations.cjs');

module.exports = async ({ resolveVariable }) => {
  const days = (await readStage(resolveVariable)).policy.evidence?.objectLockDays;
  if (days === undefined) return {};
  return {
    Resources: {
      EvidenceBucket: {
        Properties: {
          ObjectLockEnabled: true,
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            // Decision 10: not COMPLIANCE, from which not even the owner of the account comes back.
            Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: days } },
          },
        },
      },
    },
  };
};
