import type { InstanceSettings } from '../../contracts/restore/instance-settings.ts';
import type { RestoreRefusal } from '../../contracts/restore/restore.ts';
import type { Looked } from './paths.ts';

export type Quota = { readonly used: number; readonly most: number };
export type Offer = {
  readonly zones: readonly string[];
  readonly storageType: string;
  readonly canBeMultiAz: boolean;
};
export type FoundSubnet = { readonly id: string; readonly zone: string };

/** What a look at the account found. What could not be looked at speaks against nothing, and is noted. */
export type PlaceFacts = {
  readonly region: string;
  readonly candidateId: string;
  readonly isNameTaken: Looked<boolean>;
  readonly quotas: Looked<{ readonly instances: Quota | undefined; readonly storageGb: Quota | undefined }>;
  /** Of the class, for the engine's version. */
  readonly offers: Looked<readonly Offer[]>;
  /** Undefined: there is no such group. */
  readonly subnets: Looked<readonly FoundSubnet[] | undefined>;
  /** Free addresses by subnet. */
  readonly freeAddresses: Looked<ReadonlyMap<string, number>>;
  readonly hasParameterGroup: Looked<boolean>;
  /** `none`: nothing is encrypted by a key of its own. */
  readonly key: Looked<{ readonly id: string; readonly state: string } | 'none'>;
  /** What the restored instance would start by itself while its source goes on. */
  readonly selfStarting: Looked<readonly string[]>;
  readonly approvers: readonly string[];
};

type Decided = { readonly refusals: readonly RestoreRefusal[]; readonly notes: readonly string[] };

/** Everything that is known to make the restore fail, each with its remedy, before anything is created. */
export function restoreRefusals(settings: InstanceSettings, facts: PlaceFacts): Decided {
  const notes: string[] = [];
  const found = <T>(what: string, looked: Looked<T>, decide: (value: T) => readonly RestoreRefusal[]) => {
    if ('found' in looked) return decide(looked.found);
    notes.push(`${what} could not be looked at: ${looked.failed}`);
    return [];
  };
  const { region, candidateId } = facts;
  const zonesOf = (subnets: readonly FoundSubnet[]) => new Set(subnets.map(({ zone }) => zone));
  const zones =
    'found' in facts.subnets && facts.subnets.found !== undefined ? zonesOf(facts.subnets.found) : undefined;
  const refusals = [
    ...found('whether the name is free', facts.isNameTaken, (isTaken) =>
      only(
        isTaken,
        `instance '${candidateId}' exists already`,
        'Start the workflow anew: each execution has names of its own.',
      ),
    ),
    ...found('the quotas of RDS', facts.quotas, ({ instances, storageGb }) => [
      ...only(
        instances !== undefined && instances.used >= instances.most,
        `${instances?.used} of ${instances?.most} DB instances of the account in ${region} are used`,
        "Raise the RDS quota 'DB instances', or delete instances that nobody needs.",
      ),
      ...only(
        storageGb !== undefined && storageGb.used + settings.storageGb > storageGb.most,
        `${settings.storageGb} GB are needed, ${(storageGb?.most ?? 0) - (storageGb?.used ?? 0)} GB of the account's ${storageGb?.most} GB in ${region} are free`,
        "Raise the RDS quota 'Total storage for all DB instances', or delete instances that nobody needs.",
      ),
    ]),
    ...found('which classes can be ordered', facts.offers, (offers) => offerRefusals(settings, offers, zones, region)),
    ...found('the subnet group', facts.subnets, (subnets) =>
      subnets === undefined
        ? only(
            true,
            `subnet group '${settings.subnetGroup ?? 'default'}' does not exist in ${region}`,
            'Name one of this region: "place": {"subnetGroup": "<name>"}.',
          )
        : only(
            settings.isMultiAz && zonesOf(subnets).size < 2,
            `subnet group '${settings.subnetGroup ?? 'default'}' has subnets in ${zonesOf(subnets).size} zone, a Multi-AZ instance needs 2`,
            'Add a subnet in another zone to the group.',
          ),
    ),
    ...found('the free addresses of the subnets', facts.freeAddresses, (free) =>
      only(
        free.size > 0 && [...free.values()].every((count) => count === 0),
        `none of the subnets ${[...free.keys()].join(', ')} has a free address`,
        'Remove network interfaces that nobody needs, or add a subnet to the group.',
      ),
    ),
    ...found('the parameter group', facts.hasParameterGroup, (isThere) =>
      only(
        !isThere,
        `parameter group '${settings.parameterGroup}' does not exist in ${region}`,
        'Make it here with the same values, or name another one: "place": {"parameterGroup": "<name>"}.',
      ),
    ),
    ...found('the key of the backup', facts.key, (key) =>
      only(
        key !== 'none' && key.state !== 'Enabled',
        `key '${key === 'none' ? '' : key.id}' of the backup is '${key === 'none' ? '' : key.state}', expected 'Enabled'`,
        'Enable it, or cancel its deletion, in the KMS console: without it the backup cannot be read.',
      ),
    ),
    ...found('what the database starts by itself', facts.selfStarting, (names) =>
      only(
        names.length > 0,
        `beside the running source the restored instance would act by itself: ${names.join(', ')}`,
        'Name a copy of the source\'s parameter group without pg_cron in shared_preload_libraries and with max_logical_replication_workers = 0: "place": {"parameterGroup": "<name>"}.',
      ),
    ),
    ...only(
      facts.approvers.length === 0,
      'nobody may answer what the workflow asks',
      "Name those who may in 'restore.approvers' of operations.yml, and deploy.",
    ),
  ];
  return { refusals, notes };
}

const only = (isSo: boolean, reason: string, remedy: string): RestoreRefusal[] => (isSo ? [{ reason, remedy }] : []);

function offerRefusals(
  { instanceClass, engineVersion, storageType, isMultiAz }: InstanceSettings,
  offers: readonly Offer[],
  zones: ReadonlySet<string> | undefined,
  region: string,
): RestoreRefusal[] {
  const other = 'Name another class: "place": {"instanceClass": "db.…"}; it can be changed back later.';
  if (offers.length === 0)
    return only(true, `RDS offers no '${instanceClass}' for PostgreSQL ${engineVersion} in ${region}`, other);
  const ofStorage = offers.filter((offer) => offer.storageType === storageType);
  if (ofStorage.length === 0)
    return only(true, `RDS offers '${instanceClass}' in ${region} not with storage of type '${storageType}'`, other);
  const multi = ofStorage.filter(({ canBeMultiAz }) => canBeMultiAz || !isMultiAz);
  if (multi.length === 0) return only(true, `RDS offers '${instanceClass}' in ${region} not as Multi-AZ`, other);
  return only(
    zones !== undefined && !multi.some((offer) => offer.zones.some((zone) => zones.has(zone))),
    `RDS offers '${instanceClass}' in no zone of the subnet group: ${[...(zones ?? [])].join(', ')}`,
    `${other} Or add a subnet in ${multi[0]?.zones.join(' or ')} to the group.`,
  );
}
