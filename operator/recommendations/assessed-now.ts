import type { WasteScan } from '../../shared/aws/waste/look.ts';
import type { WasteFinding, WasteKind } from '../../shared/contracts/waste.ts';

/** Of which look of the report a kind is a finding. */
const partOf: Partial<Readonly<Record<WasteKind, string>>> = {
  'idle-load-balancer': 'load balancers',
  'idle-database': 'use of databases',
};

/** What the report itself would say of a finding's thing at this moment; undefined: nothing. */
export async function assessedNow(
  { id, kind, region }: WasteFinding,
  looks: readonly WasteScan[],
): Promise<WasteFinding | undefined> {
  const look = looks.find((one) => one.part === partOf[kind] && one.region === region);
  if (look === undefined) throw new Error(`no look of the report finds '${kind}' in ${region}`);
  const miss = (_part: string, error: unknown) => {
    throw error;
  };
  return (await look.read(miss)).find((one) => one.id === id);
}
