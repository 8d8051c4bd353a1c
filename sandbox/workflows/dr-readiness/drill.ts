import { DrReadinessOutput, Readiness } from '../../../shared/contracts/dr-readiness/dr-readiness.ts';
import { runSchedule } from '../../permissions/run-schedule.ts';
import type { Drill } from '../drill.ts';

export const drill: Drill = {
  lasts: 'ten seconds',
  costs: 'nothing but its metrics',
  event: 'events/schedule/dr-readiness.json',
  megabytes: 8,
  /** The second region reports its side first. */
  async prepare({ sandbox }) {
    const [, ...elsewhere] = sandbox.stacks;
    for (const stack of elsewhere) await runSchedule(sandbox, 'dr-readiness', stack);
    return undefined;
  },
  async show({ output }, { sandbox }) {
    const { assessed, failure } = DrReadinessOutput.parse(output);
    const files = new Map<string, string>();
    const lines = failure === null ? [] : [`${failure.error} in ${failure.state}: ${failure.cause}`];
    const bucket = sandbox.stacks.at(-1)?.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name ?? '';
    const read = async (key: string) => {
      const body = sandbox.s3.buckets.find(bucket)?.objects.get(key)?.at(0)?.body;
      return body === undefined ? '{}' : Buffer.from(await body.bytes()).toString();
    };
    for (const { database, reportKey } of assessed?.databases ?? []) {
      const readiness = Readiness.parse(JSON.parse(await read(reportKey.replace(/html$/, 'json'))));
      lines.push(`${database}: ${readiness.verdict}, by ${readiness.path}`);
      for (const { weight, check, subject, message } of readiness.reasons)
        lines.push(`  ${weight.padEnd(6)} ${check} ${subject}: ${message.split('\n')[0]}`);
      files.set(`${database}.html`, await read(reportKey));
    }
    return { lines, isGood: failure === null && assessed !== null, files };
  },
};
