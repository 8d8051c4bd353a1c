import { shortHash } from '../../domain/resource/throw-away.ts';

/** Names side tables and what can be taken back: of one attempt of one execution, within PostgreSQL's 63 bytes. */
export const runOf = (executionName: string, attempt: number): string =>
  `${executionName.slice(0, 24)}_${shortHash(`${executionName}/${attempt}`)}`;
