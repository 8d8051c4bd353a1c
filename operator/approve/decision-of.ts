import type { RestoreDecision, RestoreQuestion } from '../../shared/contracts/restore/restore.ts';
import { CommandLineError } from '../../shared/errors.ts';

/** What a person has said on the command line. */
export type Said = {
  readonly name: 'yes' | 'refuse' | 'go-on' | 'another-moment' | 'give-up';
  readonly at: string | null;
};

type Decided =
  | { readonly kind: 'none'; readonly choices: readonly string[] }
  | { readonly kind: 'said'; readonly decision: RestoreDecision; readonly at: string | null; readonly word: string };

const choicesOf: Readonly<Record<RestoreQuestion | 'remedy' | 'promotion', readonly Said['name'][]>> = {
  remedy: ['yes', 'refuse'],
  promotion: ['yes', 'refuse'],
  approval: ['yes', 'refuse'],
  inspection: ['go-on', 'another-moment', 'give-up'],
  merge: ['yes', 'give-up'],
};

/** An answer to another question is refused: what it would do is not what was asked. */
export function decisionOf(question: RestoreQuestion | 'remedy' | 'promotion', said: Said | undefined): Decided {
  const choices = choicesOf[question].map((name) => `--${name}`);
  if (said === undefined) return { kind: 'none', choices };
  const { name, at } = said;
  if (!choicesOf[question].includes(name))
    throw new CommandLineError(`--${name} is no answer to this question`, { hints: [`Say ${choices.join(', or ')}.`] });
  if (name === 'yes') return { kind: 'said', decision: 'approve', at, word: 'approved' };
  if (name === 'refuse') return { kind: 'said', decision: 'refuse', at, word: 'refused' };
  return { kind: 'said', decision: name, at, word: at === null ? name.replace('-', ' ') : `another moment, ${at}` };
}
