// The names that lead to a primary, for a stage with dns.zone: failover records whose health is the metric PromotedEpoch of the second
// region, so that a promotion needs Route 53's control plane for nothing. Made by the stack of the second region.
const { readStage } = require('../cloudformation/stage-operations.cjs');

const condition = { Condition: 'IsSecondRegion' };

module.exports = async ({ resolveVariable }) => {
  const { stage, policy } = await readStage(resolveVariable);
  const named = Object.entries(policy.databases ?? {}).filter(([, database]) => database?.dns !== undefined);
  if (policy.dns === undefined || named.length === 0) return {};
  return {
    Resources: Object.assign(
      { NamesZone: zoneOf(policy) },
      ...named.map(([name, { dns }]) => recordsOf(name, stage, policy, dns)),
    ),
  };
};

const zoneOf = ({ dns, network, dr, region }) => ({
  Type: 'AWS::Route53::HostedZone',
  ...condition,
  DeletionPolicy: 'RetainExceptOnCreate', // clients resolve in it, whatever becomes of this stack
  UpdateReplacePolicy: 'Retain',
  Properties: {
    Name: dns.zone,
    ...(network === undefined
      ? {} // the sandbox has no network
      : {
          VPCs: [
            { VPCId: network.vpcId, VPCRegion: region },
            ...(dr?.network === undefined ? [] : [{ VPCId: dr.network.vpcId, VPCRegion: dr.region }]),
          ],
        }),
  },
});

function recordsOf(database, stage, { dns: { zone }, dr }, { name, primary, second, ttlSeconds = 30 }) {
  const id = pascal(database.replaceAll('-', '-dash-'));
  const record = (SetIdentifier, Failover, target, more) => ({
    Type: 'AWS::Route53::RecordSet',
    ...condition,
    Properties: {
      HostedZoneId: { Ref: 'NamesZone' },
      Name: `${name}.${zone}`,
      Type: 'CNAME',
      TTL: String(ttlSeconds),
      SetIdentifier,
      Failover,
      ResourceRecords: [target],
      ...more,
    },
  });
  return {
    [`${id}PrimaryHealth`]: {
      Type: 'AWS::Route53::HealthCheck',
      ...condition,
      Properties: {
        HealthCheckConfig: {
          Type: 'CLOUDWATCH_METRIC', // a private zone can use no other kind
          AlarmIdentifier: { Name: `pg-gameday-promoted-${database}-${stage}`, Region: dr?.region },
          InsufficientDataHealthStatus: 'LastKnownStatus', // a second region that is lost turns no name
        },
      },
    },
    [`${id}PrimaryName`]: record('primary', 'PRIMARY', primary, { HealthCheckId: { Ref: `${id}PrimaryHealth` } }),
    // Without a health check: where the name leads when nothing else is healthy.
    [`${id}SecondName`]: record('second', 'SECONDARY', second, {}),
  };
}

const pascal = (name) => name.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter) => letter.toUpperCase());
