import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { CommandLineError } from '../errors.ts';
import { closest } from './closest.ts';
import type { Action, Grammar } from './grammar.ts';

type Values<O extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>['values'];

/** Undefined as action: a person asked for the help, or typed nothing where something is wanted. */
export type Parsed<O extends ParseArgsOptionsConfig> =
  | { readonly help: 'asked' | 'needed' }
  | {
      readonly help: undefined;
      readonly action: string;
      readonly words: readonly string[];
      readonly values: Values<O>;
    };

/** Reads a command line by its grammar. Pure; throws CommandLineError with the place of the mistake and its remedy. */
export function parseCommandLine<O extends ParseArgsOptionsConfig>(
  grammar: Grammar<O>,
  args: readonly string[],
): Parsed<O> {
  const { tokens } = parseArgs({ args: [...args], options: grammar.options, strict: false, tokens: true });
  if (args.includes('--help') || args.includes('-h')) return { help: 'asked' };
  const typed = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const options = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  const isBare = '' in grammar.actions;
  if (typed.length === 0 && options.length === 0 && wantsSomething(grammar)) return { help: 'needed' };
  // Before the words: what follows an option that nobody knows is no word of its own.
  const unknown = options.find((token) => grammar.options[token.name] === undefined);
  if (unknown !== undefined) throw unknownOption(grammar, unknown.rawName);
  const { name, action, words } = chooseAction(grammar, typed, isBare);
  checkWords(grammar, name, action, words);
  const given = new Set<string>();
  for (const token of options) {
    const option = grammar.options[token.name];
    if (!action.options.includes(token.name))
      throw refusal(grammar, `'${token.rawName}' is no option of '${called(grammar, name)}'`, [
        action.options.length === 0 ? 'It has none.' : `It takes ${listed(action.options.map((one) => `--${one}`))}.`,
      ]);
    if (option?.type === 'boolean' && token.value !== undefined)
      throw refusal(grammar, `'${token.rawName}' takes no value, observed '${token.value}'`, [
        `Write ${token.rawName} alone, or leave it out.`,
      ]);
    if (option?.type === 'string') checkValue(grammar, token);
    if (option?.multiple !== true && given.has(token.name))
      throw refusal(grammar, `'${token.rawName}' is given twice`, ['Leave one of them out.']);
    given.add(token.name);
  }
  const absent = (action.wants ?? []).find((wanted) => !given.has(wanted));
  if (absent !== undefined) throw refusal(grammar, `--${absent} is missing`, []);
  const { values } = parseArgs({ args: [...args], options: grammar.options, allowPositionals: true });
  return { help: undefined, action: name, words, values: values as Values<O> };
}

const wantsSomething = ({ actions }: Grammar): boolean =>
  !('' in actions) ||
  (actions['']?.wants ?? []).length > 0 ||
  (actions['']?.words ?? []).some((word) => !word.startsWith('['));

function chooseAction(grammar: Grammar, typed: readonly string[], isBare: boolean) {
  const nothing: Action = { words: [], options: [] };
  if (isBare) return { name: '', action: grammar.actions[''] ?? nothing, words: typed };
  const known = Object.keys(grammar.actions);
  const [first = '', second, ...rest] = typed;
  // `npm run sandbox -- stop` hands over "start stop".
  const isSaid = grammar.saidByScript?.includes(first) === true && second !== undefined;
  const name = isSaid ? second : first;
  if (!known.includes(name)) {
    const choices = isSaid ? known.filter((one) => one !== first) : known;
    if (name === '') throw refusal(grammar, 'a word is missing', [`It is one of ${choices.join(', ')}.`]);
    throw refusal(grammar, `'${name}' is no command of '${grammar.command}'`, [
      meant(name, choices) ?? `It is one of ${choices.join(', ')}.`,
    ]);
  }
  return {
    name,
    action: grammar.actions[name] ?? nothing,
    words: isSaid ? rest : typed.slice(1),
  };
}

function checkWords(grammar: Grammar, name: string, { words }: Action, typed: readonly string[]): void {
  const extra = typed[words.length];
  if (extra !== undefined)
    throw refusal(grammar, `'${extra}' is one word too many for '${called(grammar, name)}'`, [
      words.length === 0 ? 'It takes none.' : `It takes ${words.join(' ')}.`,
    ]);
  const absent = words.slice(typed.length).find((word) => !word.startsWith('['));
  if (absent !== undefined) throw refusal(grammar, `${absent} is missing after '${called(grammar, name)}'`, []);
  const empty = typed.findIndex((word) => word.trim() === '');
  if (empty >= 0) throw refusal(grammar, `${words[empty]} is '${typed[empty]}', expected something`, []);
}

function checkValue(
  grammar: Grammar,
  token: {
    readonly name: string;
    readonly rawName: string;
    readonly value?: string | undefined;
    readonly inlineValue?: boolean | undefined;
  },
): void {
  const { rawName, value } = token;
  if (value === undefined || (token.inlineValue !== true && value.startsWith('-') && value.length > 1))
    throw refusal(grammar, `'${rawName}' has no value${value === undefined ? '' : `, '${value}' follows it`}`, [
      `Write ${rawName} <value>${value === undefined ? '' : `, or ${rawName}=${value} if that is meant`}.`,
    ]);
  const expected = grammar.values?.[token.name]?.(value);
  if (expected !== undefined) throw refusal(grammar, `${rawName} is '${value}', expected ${expected}`, []);
}

function unknownOption(grammar: Grammar, rawName: string): CommandLineError {
  const known = Object.keys(grammar.options).map((option) => `--${option}`);
  return refusal(grammar, `'${rawName}' is no option of '${grammar.command}'`, [
    meant(rawName, known) ?? (known.length === 0 ? 'It has none.' : `It takes ${listed(known)}.`),
  ]);
}

const meant = (word: string, known: readonly string[]): string | undefined => {
  const near = closest(word, known);
  return near === undefined ? undefined : `Is '${near}' meant?`;
};
const listed = (words: readonly string[]): string => words.join(', ');
const called = ({ command, actions }: Grammar, action: string): string =>
  actions[action]?.called ?? `${command} ${action}`.trim();

const refusal = ({ command }: Grammar, message: string, hints: readonly string[]): CommandLineError =>
  new CommandLineError(message, { hints: [...hints, `'${command} --help' shows what there is.`] });
