// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
import assert from 'node:assert/strict';
import { at } from '../files.ts';
import { resources } from '../templates/configuration.ts';

type Statement = Readonly<Record<string, unknown>>;
type Scope = {
  /** The actions that it is about. */
  readonly action: RegExp;
  /** What every resource of such a statement looks like. */
  readonly resource: RegExp;
  /** What its condition holds. */
  readonly condition?: RegExp;
  /** Roles that need more, each with its reason. */
  readonly except?: Readonly<Record<string, string>>;
};

const account = '\\$\\{AWS::AccountId\\}';
const regions = '(\\$\\{AWS::Region\\}|\\$\\{self:custom\\.dr\\.region\\})';
const madeByUs = /"aws:ResourceTag\/pg-gameday:made-by":"pg-gameday"/;
const ours = new RegExp(
  `${madeByUs.source}|"Null":\\{"aws:ResourceTag/pg-gameday:candidate-of":"false","aws:ResourceTag/pg-gameday:made-by":"true"`,
);

/** How far what a role may do reaches, by action: what is dangerous reaches only what is ours. */
const scopes: readonly Scope[] = [
  {
    action: /^secretsmanager:/,
    resource: new RegExp(
      `:secretsmanager:\\$\\{AWS::Region\\}:${account}:secret:pg-gameday((-receivers)?/\\$\\{sls:stage\\}/|-answers/\\$\\{sls:stage\\}/link-)\\*$`,
    ),
  },
  {
    action: /^kms:/,
    resource: /:key\/\*$|^\$\{self:custom\.dr\.kmsKeyId\}$/,
    condition: /"kms:ViaService":(\{"Fn::Sub":)?"rds\./,
    except: {
      PlanRestoreRole: 'it looks itself whether the key of a backup is enabled, before RDS is asked',
      CollectReadinessRole: 'it looks itself at the one key of the second region, which operations.yml names',
    },
  },
  { action: /^kms:(?!DescribeKey$)/, resource: /./, condition: /"kms:ViaService":(\{"Fn::Sub":)?"rds\./ },
  {
    action: /^kms:CreateGrant$/,
    resource: /./,
    condition: /"kms:GrantIsForAWSResource":"true"/,
    except: { CopySnapshotRole: 'the one key of the second region, which operations.yml names' },
  },
  {
    action: /^rds:PromoteReadReplica$/,
    resource: new RegExp(`:rds:\\$\\{AWS::Region\\}:${account}:db:\\*$`),
    condition: /"Null":\{"aws:ResourceTag\/pg-gameday:replica-of":"false"/,
    except: { PromoteDrillReplicaRole: 'a replica of a scope, by name and tag' },
  },
  {
    action: /^(rds:(PromoteReadReplica|DeleteDBInstance)|route53:ChangeResourceRecordSets)$/,
    resource: /:db:gd-copy-drill-\*-(primary|replica)$|:hostedzone\/\*$/,
    condition:
      /"Null":\{"(aws:ResourceTag\/pg-gameday:scope|route53:ChangeResourceRecordSetsNormalizedRecordNames)":"false"/,
    except: {
      PromoteReplicaRole: 'the replica that a person has tagged',
      DeleteCopyRole: 'copies of proofs',
      DeleteLeftoverRole: 'what has expired',
      DeleteCandidateRole: 'what was restored for real use',
    },
  },
  {
    action: /^rds:Delete/,
    resource: /:(db:gd-copy-(drill-\*-(primary|replica)|\*)|snapshot:gd-backup-\*)$/,
    condition: madeByUs,
    except: { DeleteCandidateRole: 'what was restored for real use, as long as it bears the tag of a candidate' },
  },
  {
    action: /^rds:Delete/,
    resource: /:(db:(gd-copy-drill-\*-(primary|replica)|(gd-copy-|\*-restored-)\*)|snapshot:gd-backup-\*)$/,
    condition: ours,
  },
  {
    action: /^rds:DeleteDBSnapshot$/,
    resource: /:snapshot:gd-backup-\*$/,
    condition: /"Null":\{"aws:ResourceTag\/pg-gameday:hold":"true"\}/,
  },
  {
    action: /^rds:AddTagsToResource$/,
    resource: new RegExp(
      `:rds:${regions}:${account}:(db:gd-copy-(drill-\\*-(primary|replica)|\\*)|snapshot:gd-backup-\\*)$`,
    ),
    except: {
      StopDatabaseRole: 'the moment of a stop is a tag of the database itself',
      PromoteReplicaRole: 'a replica that a person has tagged is told by whom it is promoted',
      SetAsideOldRole: 'an old primary that is renamed is told by whom, and is known by its resource id',
      RebuildReplicaRole: 'the tags that a replica is made with',
      MarkReplacedRole: 'what a person or a failback has tagged is told by whom it is replaced',
      StartCandidateRole: 'what is restored for real use gets the tags of its source, and never those of a copy',
    },
  },
  {
    action: /^rds:(Stop|Start)DBInstance$/,
    resource: new RegExp(`:rds:\\$\\{AWS::Region\\}:${account}:db:\\*$`),
    condition:
      /"aws:ResourceTag\/pg-gameday:(office-hours":"stop-and-start"|remediation":"start-and-grow").*"aws:ResourceTag\/pg-gameday:protected":"true"/,
  },
  {
    action: /^rds:ModifyDBInstance$/,
    resource: new RegExp(`:rds:\\$\\{AWS::Region\\}:${account}:db:\\*$`),
    condition:
      /"aws:ResourceTag\/pg-gameday:remediation":"start-and-grow".*"aws:ResourceTag\/pg-gameday:fenced":"true"/,
    except: {
      HardenPromotedRole: 'what it has promoted itself, by two tags',
      SetAsideOldRole: 'what it has marked itself as an old primary',
      ApplyParityRole: 'what was restored by its own execution, until it is handed over',
      HandOverCandidateRole: 'the same',
    },
  },
  {
    action: /^rds:ModifyDBInstance$/,
    resource: /:db:(\*-restored-)?\*$/,
    condition:
      /"aws:ResourceTag\/pg-gameday:(remediation|replica-of|candidate-of|set-aside-by)":"(start-and-grow|false)"/,
  },
  {
    action: /^rds:(AddTagsToResource|RemoveTagsFromResource)$/,
    resource: /./,
    condition: /"ForAllValues:StringEquals":\{"aws:TagKeys":\[/,
    except: {
      StartRestoreRole: 'tags that are given when a copy is made',
      TakeWitnessRole: 'tags that are given when a snapshot is made',
      CopySnapshotRole: 'tags that are given when a snapshot is copied',
      StartCandidateRole: 'tags that are given when an instance is restored, as its source has them',
    },
  },
  {
    action: /^s3:(Put|Get)Object$/,
    resource:
      /^\$\{EvidenceBucket\.Arn\}\/|:s3:::\$\{self:custom\.dr\.evidenceBucket\}\/(backup-and-verify|restore-test|dr-readiness|dr-promotion|dr-drill|evidence-chain)\/|:s3:::pg-gameday-lease-\$\{sls:stage\}-\$\{AWS::AccountId\}-[^/]+\/lease\/(drill\/drill-)?\*\.json$/, // the registers of the lease, one in each of three regions
  },
  { action: /^s3:DeleteObject$/, resource: /:s3:::pg-gameday-lease-[^/]+\/lease\/drill\/drill-\*\.json$/ },
  { action: /^s3:(Delete(?!Object$)|PutBucket|PutObject[A-Z]|Bypass)/, resource: /(?!)/ },
  { action: /^sns:Publish$/, resource: /^(P[1-4]|Mail|Page)Topic$/ },
  { action: /^sqs:/, resource: /^UndeliveredQueue/ },
  {
    action: /^states:(Start|Stop|Redrive)Execution$/,
    resource: /^[A-Z]\w+$|:(stateMachine|execution):[a-z-]+-\$\{sls:stage\}/,
  },
  { action: /^lambda:InvokeFunction$/, resource: /^\w+LambdaFunction/ },
  { action: /^(iam|sts|organizations):/, resource: /(?!)/ },
];

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const textOf = (resource: unknown): string =>
  typeof resource === 'string'
    ? resource
    : String(at(resource, 'Fn::Sub') ?? at(resource, 'Ref') ?? listOf(at(resource, 'Fn::GetAtt'))[0]);

const statementsOf = (role: unknown): Statement[] =>
  listOf(at(role, 'Properties', 'Policies')).flatMap(
    (policy) => listOf(at(policy, 'PolicyDocument', 'Statement')) as Statement[],
  );

function faultsOf(role: string, statement: Statement): string[] {
  const called = `'${role}' by '${statement['Sid']}'`;
  const actions = listOf(statement['Action']).map(String);
  return scopes.flatMap(({ action, resource, condition, except = {} }) => {
    const about = actions.filter((one) => action.test(one));
    if (statement['Effect'] !== 'Allow' || about.length === 0 || except[role] !== undefined) return [];
    const wide = listOf(statement['Resource'])
      .map(textOf)
      .filter((one) => !resource.test(one));
    const said = JSON.stringify(statement['Condition'] ?? {});
    return [
      ...wide.map((one) => `${called} may ${about.join()} on '${one}'`),
      ...(condition === undefined || condition.test(said)
        ? []
        : [`${called} may ${about.join()} without ${condition}`]),
    ];
  });
}

const roles = () => Object.entries(resources()).filter(([, one]) => at(one, 'Type') === 'AWS::IAM::Role');

describe('what a role may do', () => {
  test('reaches no further than what is ours', () => {
    const all = roles().flatMap(([role, one]) => statementsOf(one).map((statement) => [role, statement] as const));
    assert.ok(all.length > 80);
    assert.deepEqual(
      all.flatMap(([role, statement]) => faultsOf(role, statement)),
      [],
    );
  });

  test('reaches the source, where a damaged index is looked up, and all that connects to one', () => {
    for (const wanted of ['VerifyStructureRole', 'TakeWitnessRole', 'InspectDatabaseRole']) {
      const [, role] = roles().find(([id]) => id === wanted) ?? [];
      const described = statementsOf(role)
        .filter((statement) => listOf(statement['Action']).includes('rds:DescribeDBInstances'))
        .flatMap((statement) => listOf(statement['Resource']).map(textOf));
      assert.ok(
        described.some((resource) => resource.endsWith(':db:*')),
        `'${wanted}' may describe ${described.join()}`,
      );
    }
  });

  test('is excepted only where there is such a role', () => {
    const known = new Set(roles().map(([id]) => id));
    for (const { except = {} } of scopes) for (const role of Object.keys(except)) assert.ok(known.has(role), role);
  });

  const statement = (Action: string, Resource: unknown, Condition?: object) => ({
    Sid: 'S',
    Effect: 'Allow',
    Action,
    Resource,
    Condition,
  });
  for (const [what, wrong] of [
    [
      'the secrets of every stage',
      statement('secretsmanager:GetSecretValue', {
        'Fn::Sub': 'arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:pg-gameday/*',
      }),
    ],
    [
      'a key beside RDS',
      statement('kms:DescribeKey', { 'Fn::Sub': 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/*' }),
    ],
    [
      'the deletion of a database',
      statement('rds:DeleteDBInstance', { 'Fn::Sub': 'arn:aws:rds:${AWS::Region}:${AWS::AccountId}:db:*' }),
    ],
    ['the deletion of evidence', statement('s3:DeleteObject', { 'Fn::Sub': '${EvidenceBucket.Arn}/*' })],
    ['a topic of others', statement('sns:Publish', '*')],
  ] as const) {
    test(`is reported when it reaches ${what}`, () => assert.notDeepEqual(faultsOf('SomeRole', wrong), []));
  }
});
