import type { DBInstance } from '@aws-sdk/client-rds';
import { PromotionRecord, RecordPromotionOutput } from '../../../shared/contracts/dr-promotion.ts';
import { tagKeys } from '../../../shared/domain/resource/throw-away.ts';
import type { Source } from '../../source.ts';
import { devStage } from '../../stage-policy.ts';
import { type Drill, type DrillScene, pageAt } from '../drill.ts';

/** A replica of the source in the second region, which a person has allowed to be promoted. */
export const drill: Drill = {
  lasts: 'a minute',
  costs: 'nothing for a plan; a promoted replica is a second primary',
  event: 'events/dr-promotion/plan.json',
  megabytes: 20,
  inSecondRegion: true,
  writes: true,
  async prepare(scene) {
    await makeReplica(scene, `${scene.source.instance}-dr`);
    return {};
  },
  async show({ output, read, status }) {
    const { recordKey, reportKey, result } = RecordPromotionOutput.parse(output ?? {});
    const record = PromotionRecord.parse(JSON.parse(await read(recordKey)));
    const seconds = (value: number | null) => (value === null ? 'unknown' : `${value.toFixed(1)} s`);
    return {
      lines: [
        `${result.toUpperCase()}  ${record.summary}`,
        `fence    ${record.fence === null ? 'none' : record.fence.kind}`,
        `loss     ${seconds(record.lossSeconds)}`,
        `RTO      ${seconds(record.rtoSeconds)}`,
        ...record.left.map((one, index) => `${index + 1}. ${one}`),
      ],
      isGood: status === 'SUCCEEDED',
      files: new Map([...(await pageAt(read, reportKey)), ['record.json', await read(recordKey)]]),
    };
  },
};

/** Milliseconds within which a replica is there. */
const patience = 120_000;

export async function makeReplica(
  {
    sandbox,
    source,
    database,
  }: Pick<DrillScene, 'sandbox' | 'database'> & { readonly source: Pick<Source, 'instance'> },
  id: string,
): Promise<void> {
  const { dr } = devStage();
  if (dr === undefined) throw new Error("stage 'dev' has no second region");
  const there = { region: dr.region, caller: sandbox.credentials.operator.caller };
  await sandbox.dispatch(
    'rds',
    'CreateDBInstanceReadReplica',
    {
      DBInstanceIdentifier: id,
      SourceDBInstanceIdentifier: `arn:aws:rds:${sandbox.region}:${sandbox.credentials.account}:db:${source.instance}`,
      DBParameterGroupName: `${source.instance}-parameters`,
      KmsKeyId: dr.kmsKeyId,
      Tags: [{ Key: tagKeys.replicaOf, Value: database }],
    },
    there,
  );
  const until = Date.now() + patience;
  for (;;) {
    const { DBInstances = [] } = (await sandbox.dispatch(
      'rds',
      'DescribeDBInstances',
      { DBInstanceIdentifier: id },
      there,
    )) as {
      DBInstances?: DBInstance[];
    };
    const status = DBInstances[0]?.DBInstanceStatus;
    if (status === 'available') return;
    if (Date.now() > until) throw new Error(`replica '${id}' is '${status}' after ${patience / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
