import assert from 'node:assert/strict';
import { at, filesOf, stringsIn, textOf } from './files.ts';
import { catchesOf, type Machine, machineOf, machines, retriesOf } from './state-machine.ts';

type Catalogue = {
  readonly classes: string;
  readonly docs: string;
  readonly uses: string;
  readonly machines: readonly Machine[];
};

const machineSection = 'Errors of the state machine';
const isForeign = (error: string) => /^(States|StepFunctions|Lambda|Runtime|Sandbox)\./.test(error);

/** Errors that the machine names itself: in the failure that a Choice assigns, or in a Fail state. */
function ownErrors({ states }: Machine): string[] {
  return states.flatMap(({ type, fields }) => {
    const choices = (at(fields, 'Choices') ?? []) as unknown[];
    const assigned = choices.flatMap((choice) =>
      ['failure', 'cleanUpFailure', 'copyFailure', 'nameFailure'].map((name) => at(choice, 'Assign', name, 'error')),
    );
    const failed =
      type === 'Fail'
        ? [...String(at(fields, 'Error')).matchAll(/'([A-Z]\w+)'|^([A-Z]\w+)$/g)].map(
            ([, quoted, plain]) => quoted ?? plain,
          )
        : [];
    return [...assigned, ...failed].filter((error) => typeof error === 'string');
  });
}

function faultsOf({ classes, docs, uses, machines }: Catalogue): string[] {
  const faults: string[] = [];
  const names: string[] = [];
  for (const [, name, body = ''] of classes.matchAll(/^export class (\w+) extends \w*Error \{\n([\s\S]*?)^\}/gm)) {
    names.push(String(name));
    if (!new RegExp(`override readonly name(: string)? = '${name}';`).test(body))
      faults.push(`class '${name}' has another name`);
    if (!new RegExp(`\\b${name}\\b`).test(uses)) faults.push(`'${name}' is thrown nowhere`);
  }
  const headings = new Map<string, string>();
  let section = '';
  for (const line of docs.split('\n')) {
    if (line.startsWith('## ')) section = line.slice(3);
    if (line.startsWith('### ')) headings.set(line.slice(4), section);
  }
  const own = new Set(machines.flatMap(ownErrors));
  for (const name of names) if (!headings.has(name)) faults.push(`'${name}' has no heading in docs/errors.md`);
  for (const name of own) {
    if (headings.get(name) !== machineSection) faults.push(`'${name}' is not under '${machineSection}'`);
  }
  for (const [heading, its] of headings) {
    const exists = its === machineSection ? own.has(heading) : names.includes(heading);
    if (!exists) faults.push(`heading '${heading}' has no error`);
    const text = docs.split(`### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
    for (const word of ['**When:**', '**Do:**', '**Retried:**']) {
      if (!text.includes(word)) faults.push(`heading '${heading}' lacks ${word}`);
    }
    const retried = /\*\*Retried:\*\* (no|up to five times)[.;]/.exec(text.replaceAll('\n', ' '))?.[1];
    const isRetried = machines.some(({ states }) =>
      states.some((state) => retriesOf(state).some(({ errors }) => errors.includes(heading))),
    );
    if (isRetried !== (retried === 'up to five times')) faults.push(`heading '${heading}' says 'retried: ${retried}'`);
  }
  for (const machine of machines) {
    const matched = machine.states
      .flatMap((state) => [...retriesOf(state), ...catchesOf(state)])
      .flatMap(({ errors }) => errors);
    for (const error of new Set(matched)) {
      if (!isForeign(error) && !names.includes(error))
        faults.push(`'${machine.workflow}' matches '${error}', which no task throws`);
    }
  }
  return faults;
}

const catalogue = (): Catalogue => {
  const sources = filesOf('{shared,functions,operator}/**/*.ts');
  return {
    classes: sources.map(({ text }) => text).join('\n'),
    docs: textOf('docs/errors.md'),
    uses: sources
      .map(({ text }) => text.replace(/^export class .*$/gm, '').replace(/^import [\s\S]*?;$/gm, ''))
      .join('\n')
      .replaceAll(/name(: string)? = '\w+'/g, ''),
    machines: machines(),
  };
};

describe('every error', () => {
  test('has a literal name, a place that throws it, a heading in docs/errors.md, and what the docs say of retries', () => {
    const found = catalogue();
    assert.ok((found.classes.match(/extends OperationError/g)?.length ?? 0) > 20);
    assert.deepEqual(faultsOf(found), []);
  });

  test('that is misspelt, forgotten or left over is reported', () => {
    const sound = catalogue();
    const machine = sound.machines.find(({ workflow }) => workflow === 'backup-and-verify');
    assert.ok(machine);
    const altered = (from: string, to: string): readonly Machine[] => {
      assert.ok(
        stringsIn(machine.definition).some((text) => text.includes(from)),
        from,
      );
      return [machineOf(machine.workflow, JSON.parse(JSON.stringify(machine.definition).replaceAll(from, to)))];
    };
    const left =
      "export class LeftOverError extends OperationError {\n  override readonly name = 'LeftOverError';\n}\n";
    const broken: [Partial<Catalogue>, RegExp][] = [
      [
        { classes: sound.classes.replace("name = 'BracketLostError'", "name = 'BracketLost'") },
        /class 'BracketLostError' has another name/,
      ],
      [{ classes: sound.classes + left }, /'LeftOverError' is thrown nowhere[\s\S]*'LeftOverError' has no heading/],
      [
        { docs: sound.docs.replace('### AccessDeniedError', '### AccessRefusedError') },
        /'AccessDeniedError' has no heading[\s\S]*heading 'AccessRefusedError' has no error/,
      ],
      [{ docs: sound.docs.replace('### BackupNotProven', '### Unproven') }, /'BackupNotProven' is not under/],
      [{ docs: sound.docs.replace('**Do:**', '') }, /lacks \*\*Do:\*\*/],
      [{ docs: sound.docs.replace('**Retried:** up to five times', '**Retried:** no') }, /says 'retried: no'/],
      [
        { machines: altered('BracketLostError', 'BracketMissedError') },
        /matches 'BracketMissedError', which no task throws/,
      ],
      [
        { machines: altered('SnapshotTimedOut', 'SnapshotTooSlow') },
        /'SnapshotTooSlow' is not under[\s\S]*heading 'SnapshotTimedOut' has no error/,
      ],
    ];
    for (const [change, fault] of broken) assert.match(faultsOf({ ...sound, ...change }).join('\n'), fault);
  });
});
