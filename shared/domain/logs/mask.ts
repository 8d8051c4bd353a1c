/** What stands for a value that nobody is to read. */
export const masked = '…';

/**
 * Replaces what a line of PostgreSQL's log says of people and secrets: values in statements, parameters, rows and keys,
 * passwords, connection strings, tokens, addresses. The words around them stay: which statement, which constraint, which
 * relation. It masks too much rather than too little; a second pass changes nothing.
 */
export function maskLog(text: string): string {
  return rules.reduce((line, [pattern, replacement]) => line.replace(pattern, replacement), text);
}

/** Closing quotes may be missing: a log truncates, and the rest of the line is then part of the value. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g, masked],
  // Connection strings; a password may hold quotes, and ends before the last '@'.
  [/\b([a-z][a-z0-9+.-]*):\/\/(?:\S*@)?[^\s'"]*/gi, `$1://${masked}`],
  // What follows names a value to its end: bind parameters, rows, keys, lines of COPY, input that could not be read.
  [/\b(parameters: )\$[\s\S]*$/gi, `$1${masked}`],
  [/(\bFailing row contains )\([\s\S]*$/g, `$1(${masked})`],
  [/(\b(?:Key|key) \([^\n]*?\)=)\([\s\S]*?\)(?= (?:already|is|conflicts|was)\b|\.|$)/g, `$1(${masked})`],
  [/(, line \d+(?:, column [^:\n]+)?: )"[\s\S]*$/g, `$1"${masked}"`],
  [/((?:invalid|malformed|out of range|date\/time)[^\n"]*(?:"[\w ]+"[^\n"]*)?: )"[\s\S]*$/gi, `$1"${masked}"`],
  // Literals of statements: dollar-quoted, escaped, plain.
  [/\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/g, masked],
  [/\b[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|$)/g, `'${masked}'`],
  [/'(?:[^']|'')*(?:'|$)/g, `'${masked}'`],
  // Words that a secret follows, in the forms of libpq, of JSON and of people.
  [
    /(\b[\w-]*(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|credential)[\w-]*"?\s*(?:=>|[=:])\s*)(?:"(?:[^"\\]|\\.)*(?:"|$)|[^\s,;)}\]]+)/gi,
    `$1${masked}`,
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/g, `$1 ${masked}`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, masked],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, masked],
  [/SCRAM-SHA-256\$[^\s'"]+/g, masked],
  [/\bmd5[0-9a-f]{32}\b/g, masked],
  // Addresses of people and of computers.
  [/[^\s<>()'",;:=@]+@[^\s<>()'",;:=@]+\.[^\s<>()'",;:=@]+/g, masked],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, masked],
  [/(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])(?<!\d\d:\d\d:\d\d)/gi, masked],
];
