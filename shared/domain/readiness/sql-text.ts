export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

export const literal = (text: string) =>
  text.includes('\\')
    ? ` E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;
