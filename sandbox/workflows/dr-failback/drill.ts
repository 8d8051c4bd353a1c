import { readFileSync } from 'node:fs';
import { FailbackRecord, RecordFailbackOutput } from '../../../shared/contracts/dr-failback/dr-failback.ts';
import { StrandedReport } from '../../../shared/contracts/dr-failback/stranded.ts';
import { type Application, startApplication } from '../dr-promotion/application.ts';
import { oldCredentials } from '../dr-promotion/old-credentials.ts';
import { away, begin, portOf, rowsOf } from '../dr-promotion/region-down.ts';
import { type Drill, type DrillScene, packaged, pageAt } from '../drill.ts';
import { accountOfFailback, failbackLines } from './account.ts';
import { runMachine } from './run-machine.ts';

type Away = {
  readonly application: Application;
  readonly before: readonly string[];
  readonly report: StrandedReport;
};

let running: Away | undefined;

/** A region is lost and comes back; meanwhile the other one has the primary, and from there it comes home under writers. */
export const drill: Drill = {
  lasts: 'five minutes',
  costs: 'a replica in the first region, and the old primary for as long as somebody keeps it',
  event: 'events/dr-failback/failback.json',
  megabytes: 8,
  async prepare(scene, input) {
    running = await promoteAway(scene);
    const { rows, notRead, sha256 } = running.report;
    if (rows === 0 && notRead.length === 0) return input;
    return { ...input, accept: sha256, ...(notRead.length === 0 ? {} : { acceptUnknown: 'a drill leaves it behind' }) };
  },
  async show({ output, read, status }, scene) {
    if (running === undefined) throw new Error('the drill was not prepared');
    const { application, before, report } = running;

    const { recordKey, reportKey, result } = RecordFailbackOutput.parse(output ?? {});
    const record = FailbackRecord.parse(JSON.parse(await read(recordKey)));
    const opened = Date.parse(record.opened?.writableAt ?? '');
    const again = await firstAfter(application, opened);
    await application.stop();
    const account = accountOfFailback(
      application.acknowledged,
      await rowsOf(scene, scene.sandbox.region, scene.source.instance),
    );
    return {
      lines: [
        ...before,
        `${result.toUpperCase()}  ${record.summary}`,
        ...failbackLines(record, report, account, again === undefined ? undefined : again - opened),
        ...record.left.map((one, index) => `${index + 1}. ${one}`),
      ],
      isGood: status === 'SUCCEEDED' && account.lost.length === 0 && again !== undefined,
      files: new Map([
        ...(await pageAt(read, reportKey)),
        ['record.json', await read(recordKey)],
        ['stranded.html', await read(record.stranded?.pageKey ?? '')],
      ]),
    };
  },
};

async function promoteAway(scene: DrillScene): Promise<Away> {
  const { sandbox, source, database } = scene;
  const [home, there] = [sandbox.region, away(sandbox)];
  const lost = await begin(scene, home);
  await scene.strike?.([`lambda:Invoke#1=cut-region:${home}`]);
  const event = JSON.parse(readFileSync(packaged('events/dr-promotion/lease-is-over.json'), 'utf8')) as object;
  const promoted = await runMachine(sandbox, there, 'dr-promotion', { ...event, database });
  if (promoted.status !== 'SUCCEEDED') throw new Error(`the promotion before it ended as ${promoted.cause}`);
  await lost.application.stop();
  await scene.release?.();
  const returned = await oldCredentials(scene, lost.old, home);
  const planned = await runMachine(sandbox, home, 'dr-failback', { database });
  const { recordKey } = RecordFailbackOutput.parse(JSON.parse(planned.output ?? '{}'));
  const { stranded } = FailbackRecord.parse(JSON.parse(await planned.read(recordKey)));
  const report = StrandedReport.parse(JSON.parse(await planned.read(stranded?.key ?? '')));
  const promotedAt = { ...lost.old, port: portOf(sandbox, there, lost.replicaId) };
  // The instance at home has another server once the old one was set aside, and no port while it restarts.
  const atHome = () => {
    try {
      return [{ ...lost.old, port: portOf(sandbox, home, source.instance) }];
    } catch {
      return [];
    }
  };
  const taken = Math.max(0, ...lost.application.acknowledged.map(({ id }) => id));
  const application = startApplication(() => [promotedAt, ...atHome()], {
    clients: 4,
    perSecond: 200,
    first: taken + 1,
  });
  scene.ends.defer(application.stop);
  return { application, report, before: [`Promoted   ${promoted.summary}`, ...returned.lines] };
}

/** True milliseconds within which an application writes again. */
const patience = 30_000;

async function firstAfter(application: Application, moment: number): Promise<number | undefined> {
  for (const until = Date.now() + patience; Date.now() < until; ) {
    const found = application.firstAfter(moment);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}
