import { AwsError } from '../../../wire/aws-error.ts';
import type { StateValue } from './state-value.ts';

/** The rule of a composite alarm. Alarms are named by name or ARN. */
export type AlarmRule = {
  readonly alarms: readonly string[];
  holds(stateOf: (alarm: string) => StateValue): boolean;
};

type Node = (stateOf: (alarm: string) => StateValue) => boolean;

const STATES: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] satisfies StateValue[];

/** `ALARM("a b") AND (NOT OK(c) OR TRUE)`: NOT binds tightest, then AND, then OR. */
export function parseAlarmRule(text: string): AlarmRule {
  const tokens = [...text.matchAll(/"([^"]*)"|([()])|([^\s()"]+)/g)].map(([, quoted, bracket, word]) =>
    quoted === undefined ? { text: bracket ?? word ?? '', quoted: false } : { text: quoted, quoted: true },
  );
  const alarms = new Set<string>();
  let at = 0;
  const refuse = (why: string) => new AwsError('ValidationError', `AlarmRule '${text}' ${why}`);
  const is = (word: string) => tokens[at]?.quoted === false && tokens[at]?.text === word;
  const expect = (word: string): void => {
    if (!is(word)) throw refuse(`has '${tokens[at]?.text ?? 'its end'}' where '${word}' is required`);
    at += 1;
  };

  function term(): Node {
    const token = tokens[at];
    at += 1;
    if (token === undefined || token.quoted)
      throw refuse(`has '${token?.text ?? 'its end'}' where a state is required`);
    if (token.text === 'NOT') {
      const negated = term();
      return (stateOf) => !negated(stateOf);
    }
    if (token.text === 'TRUE' || token.text === 'FALSE') return () => token.text === 'TRUE';
    if (token.text === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    if (!STATES.includes(token.text))
      throw refuse(`has '${token.text}', a term is ${STATES.join(', ')}, TRUE or FALSE`);
    expect('(');
    const alarm = tokens[at]?.text ?? '';
    at += 1;
    expect(')');
    alarms.add(alarm);
    return (stateOf) => stateOf(alarm) === token.text;
  }

  function chain(word: string, operand: () => Node, join: (one: boolean, other: () => boolean) => boolean): Node {
    let left = operand();
    while (is(word)) {
      at += 1;
      const [one, other] = [left, operand()];
      left = (stateOf) => join(one(stateOf), () => other(stateOf));
    }
    return left;
  }
  const both = () => chain('AND', term, (one, other) => one && other());
  const either = (): Node => chain('OR', both, (one, other) => one || other());

  const holds = either();
  if (at < tokens.length) throw refuse(`has '${tokens[at]?.text}' after its end`);
  return { alarms: [...alarms], holds };
}
