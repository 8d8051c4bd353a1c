/** What an RDS instance class has. */
export type InstanceClass = {
  readonly name: string;
  readonly cpus: number;
  readonly memoryGib: number;
  /** Percent of a vCPU that a burstable class may use for ever; undefined for the others. */
  readonly baseline: number | undefined;
};

/** By AWS's tables: vCPUs of a size; GiB for each vCPU of a family. */
const sizes: readonly (readonly [size: string, cpus: number])[] = [
  ['large', 2],
  ['xlarge', 4],
  ['2xlarge', 8],
  ['4xlarge', 16],
  ['8xlarge', 32],
  ['12xlarge', 48],
  ['16xlarge', 64],
  ['24xlarge', 96],
];
const burstable: readonly (readonly [size: string, cpus: number, memoryGib: number, baseline: number])[] = [
  ['micro', 2, 1, 10],
  ['small', 2, 2, 20],
  ['medium', 2, 4, 20],
  ['large', 2, 8, 30],
  ['xlarge', 4, 16, 40],
  ['2xlarge', 8, 32, 40],
];
const memoryPerCpu: Readonly<Record<string, number>> = {
  m5: 4,
  m6g: 4,
  m6i: 4,
  m7g: 4,
  m7i: 4,
  r5: 8,
  r6g: 8,
  r6i: 8,
  r7g: 8,
  r7i: 8,
};
const burstableFamilies: readonly string[] = ['t3', 't4g'];

/** The classes of a family, the smallest first; none of a family that is not known here. Not every size is sold of each. */
function familyOf(family: string): readonly InstanceClass[] {
  const named = (size: string) => `db.${family}.${size}`;
  if (burstableFamilies.includes(family)) {
    return burstable.map(([size, cpus, memoryGib, baseline]) => ({ name: named(size), cpus, memoryGib, baseline }));
  }
  const perCpu = Object.hasOwn(memoryPerCpu, family) ? memoryPerCpu[family] : undefined;
  if (perCpu === undefined) return [];
  return sizes.map(([size, cpus]) => ({ name: named(size), cpus, memoryGib: cpus * perCpu, baseline: undefined }));
}

export const classOf = (name: string): InstanceClass | undefined =>
  familyOf(name.split('.')[1] ?? '').find((one) => one.name === name);

/** The next smaller class of the same family; undefined for the smallest, and for what is not known. */
export function oneDown(name: string): InstanceClass | undefined {
  const family = familyOf(name.split('.')[1] ?? '');
  return family[family.findIndex((one) => one.name === name) - 1];
}
