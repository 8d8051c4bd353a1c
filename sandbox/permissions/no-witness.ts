const none = '0'.repeat(64);

/** Binds a witness that is not there. */
export const noWitness = { sha256: none, headerSha256: none, tables: 0, rows: '0', bytes: 0 };
