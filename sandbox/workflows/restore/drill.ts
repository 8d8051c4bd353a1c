import { RecordRestoreOutput, RestoreRecord, type WaitingRestore } from '../../../shared/contracts/restore/restore.ts';
import { answerQuestions } from '../../demo/answer-restore.ts';
import { type Drill, pageAt } from '../drill.ts';

let asked: WaitingRestore | undefined;

/** Beside writers; the operator of the sandbox looks at what was restored, and takes it over. */
export const drill: Drill = {
  lasts: 'a minute at 50 MB',
  costs: 'an instance as large as the source, until somebody deletes it',
  event: 'events/restore/one-database.json',
  megabytes: 50,
  writes: true,
  async prepare({ sandbox, source, ends }) {
    await sandbox.rds.inspect.idle();
    const latest = () =>
      sandbox.rds.inspect.instances(sandbox.region).find(({ identifier }) => identifier === source.instance)
        ?.latestRestorableTime;
    for (const end = Date.now() + 300_000; latest() === undefined; ) {
      if (Date.now() > end) throw new Error(`no moment of '${source.instance}' can be restored after 300 s`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    // What a person would do by `npm run approve -- question.json --go-on`.
    const stopListening = sandbox.states.onEvent((one) => {
      if (one.kind !== 'history' || !one.executionArn.includes(':execution:restore-dev:')) return;
      stopListening();
      const answers = answerQuestions(sandbox, one.executionArn.split(':').at(-1) ?? '', (question) => {
        asked = question;
        return { decision: question.question === 'approval' ? 'approve' : 'go-on' };
      });
      ends.defer(answers.stop);
    });
    ends.defer(stopListening);
    return {};
  },
  async show({ output, read, status }) {
    const { recordKey, reportKey, result } = RecordRestoreOutput.parse(output ?? {});
    const record = RestoreRecord.parse(JSON.parse(await read(recordKey)));
    const { plan, rungs, differences, usableSeconds, left } = record;
    return {
      lines: [
        `${result.toUpperCase()}  ${record.summary}`,
        ...(plan?.notes ?? []).map((note) => `note     ${note}`),
        `price    ${plan?.price.day ?? 'unknown'} ${plan?.price.currency ?? ''} a day`,
        ...(asked === undefined
          ? []
          : ['asked    as a person is asked:', ...asked.summary.split('\n').map((one) => `         ${one}`)]),
        ...record.answers.map(({ reason }) => `answered ${reason}`),
        `usable   ${usableSeconds === null ? 'never' : `after ${usableSeconds.toFixed(1)} s`}`,
        ...rungs.map(({ name, status: found, summary }) => `${name.padEnd(11)} ${found.padEnd(6)} ${summary}`),
        differences.length === 0 ? 'parity   set up as its source' : `parity   ${differences.length} differences`,
        ...differences.map(
          ({ setting, source, candidate }) => `         ${setting}: '${candidate}', in the source '${source}'`,
        ),
        ...left.map((one, index) => `${index + 1}. ${one}`),
      ],
      isGood: status === 'SUCCEEDED',
      files: new Map([...(await pageAt(read, reportKey)), ['record.json', await read(recordKey)]]),
    };
  },
};
