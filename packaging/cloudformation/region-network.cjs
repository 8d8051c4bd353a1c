// The network of the region that is packaged: the stage's own, or with --region the second one's. The sandbox has none.
const { readStage } = require('./stage-operations.cjs');

module.exports = async ({ options, resolveVariable }) => {
  const { policy } = await readStage(resolveVariable);
  const isSecond = options.region !== undefined && options.region === policy.dr?.region;
  return (isSecond ? policy.dr.network : policy.network) ?? {};
};
