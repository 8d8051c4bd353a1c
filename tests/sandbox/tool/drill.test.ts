import assert from 'node:assert/strict';
import { loginOfApplication } from '../../../sandbox/demo/application.ts';
import { type CallLogOfDrill, makeCallLog } from '../../../sandbox/demo/call-log.ts';
import { loadDemo } from '../../../sandbox/demo/load.ts';
import { startWriters } from '../../../sandbox/demo/writers.ts';
import { makeWorkflowProgress } from '../../../sandbox/terminal/workflow-progress.ts';
import { eventFilesOf, loadDrill, packaged, workflowNames } from '../../../sandbox/workflows/drill.ts';
import { emitEvent, readEventFile } from '../../../sandbox/workflows/event-file.ts';
import { runDrill } from '../../../sandbox/workflows/run-drill.ts';
import { type BackupFixture, database, freshPackage, openBackupFixture } from '../../support/sandbox/backup.ts';
import { runCommandLine } from '../../support/sandbox/process.ts';

describe('npm run drill', () => {
  let fixture: BackupFixture;
  let calls: CallLogOfDrill | undefined;
  const open = async () => {
    // Long enough, at 500 times the speed, that a bracket has its margin: the moment of a restore test lies in it.
    const rds = { durations: { snapshotUpload: 2_000_000 } };
    const opened = await openBackupFixture({
      ...{ rds, fill: async (master) => void (await loadDemo(master, { megabytes: 8 })) },
      before(hooks) {
        calls = makeCallLog(hooks);
        return calls.intercept;
      },
    });
    const { dr } = { dr: opened.sandbox.stacks[1]?.region };
    if (dr !== undefined)
      opened.sandbox.kms.addKey(`arn:aws:kms:${dr}:123456789012:key/11111111-2222-4333-8444-555555555555`);
    return opened;
  };
  beforeAll(async () => {
    fixture = await open();
  });
  afterAll(async () => await fixture.close());

  // Those that remove come last: nothing that another one has prepared is theirs. After them the fence, which takes the master's password.
  // And the failback, whose primary is another instance: it has a sandbox for itself.
  const removing = ['retention', 'sweep-leftovers', 'fence', 'dr-failback'];
  const inTurn = workflowNames().sort((one, other) => removing.indexOf(one) - removing.indexOf(other));
  for (const workflow of inTurn) {
    test(`runs ${workflow} from its event file, by its own output contract`, async () => {
      const drill = await loadDrill(workflow);
      const lines: string[] = [];
      const terminal = { line: (text = '') => void lines.push(text), status: () => {}, clear: () => {} };
      await using ends = new AsyncDisposableStack();
      const its = workflow === 'dr-failback' ? await open() : fixture;
      if (its !== fixture) ends.defer(async () => await its.close());
      const { sandbox, source } = its;
      const place = { sandbox, source, database, packageDirectory: freshPackage(), ends };
      const scene = { ...place, ...(calls && { calls }) };
      const progress = makeWorkflowProgress(terminal);
      // What a fence keeps out must have been there.
      const writers =
        workflow === 'fence'
          ? await startWriters(await loginOfApplication(source.master), { clients: 2, targetPerSecond: 100 })
          : undefined;
      ends.defer(async () => void (await writers?.stop()));
      const facts = await runDrill(scene, { workflow, drill, eventFile: packaged(drill.event), progress, terminal });
      assert.equal(facts.status, 'SUCCEEDED', `${facts.error}: ${facts.cause}`);
      assert.ok(
        lines.some((line) => line.startsWith('✔ ')),
        'no state was shown',
      );
      const shown = await drill.show(facts, scene);
      assert.notEqual(shown.isGood, false, shown.lines.join('\n'));
      assert.ok(shown.lines.length > 0);
      assert.ok([...shown.files.values()].every((content) => content !== ''));
    });
  }

  test('finds what was put down for it: a snapshot to delete, a copy to remove, a database to stop, a cost to explain', async () => {
    const { sandbox } = fixture;
    // What is being deleted is gone when RDS has done what it was asked for.
    await sandbox.rds.inspect.idle();
    const names = sandbox.rds.inspect
      .instances(sandbox.region)
      .map(({ identifier, status }) => `${identifier} ${status}`);
    assert.deepEqual(
      names.filter((name) => name.startsWith(`gd-copy-${database}-drill-`)),
      [],
    );
    assert.ok(
      names.some((name) => /^ondemand-dev (stopping|stopped)$/.test(name)),
      names.join(),
    );
    assert.ok(
      names.some((name) => /^asked-dev (starting|available)$/.test(name)),
      names.join(),
    );
  });

  test('refuses an event of a rule that is not there, and names those that are', async () => {
    const event = {
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      detail: {},
      resources: ['arn:aws:events:us-east-1:123456789012:rule/no-such-rule'],
    };
    await assert.rejects(
      emitEvent(fixture.sandbox, event),
      /rule 'no-such-rule' of the event does not exist\nHINT: .*nightly-backup-dev/,
    );
  });
});

describe('npm run drill, before anything is started', () => {
  test('lists every workflow with what it proves or changes, its time, its cost and its event files', async () => {
    const { code, stdout } = await runCommandLine(['drill', '--list']);
    assert.equal(code, 0);
    for (const workflow of workflowNames()) {
      const block = stdout.split('\n\n').find((text) => text.startsWith(`npm run drill -- ${workflow}\n`)) ?? '';
      assert.match(
        block,
        /\n {2}[A-Z].{20,}\n {2}laptop {2}.+\n {2}AWS {5}.+\n {2}events {2}events\/[a-z-]+\/[a-z-]+\.json/,
        workflow,
      );
    }
  });

  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'an unknown workflow',
      ['drill', 'backup'],
      /^error: workflow 'backup' does not exist\nHINT: Known are alert, alert-test, backup-and-verify, /,
    ],
    [
      'a file that is not there',
      ['drill', 'retention', 'events/none.json'],
      /^error: event file 'events\/none\.json' does not exist\nHINT: /,
    ],
    [
      'a file that is no JSON',
      ['drill', 'retention', 'LICENSE'],
      /^error: event file 'LICENSE' is no JSON: .*\nHINT: /,
    ],
  ];
  for (const [what, words, expected] of mistakes) {
    test(`refuses ${what}: ${words.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runCommandLine([...words]);
      assert.match(stderr, expected);
      assert.equal(stdout, '');
      assert.equal(code, 2);
    });
  }

  test('has an event file for each workflow, its own or that of a source, and each of them can be read', async () => {
    for (const workflow of workflowNames()) {
      const { event } = await loadDrill(workflow);
      for (const file of new Set([event, ...eventFilesOf(workflow)])) {
        const read = readEventFile(packaged(file));
        assert.ok('input' in read || 'event' in read, file);
      }
    }
  });
});
