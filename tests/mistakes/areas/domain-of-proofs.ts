// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

const unit = 'tests/unit/shared/domain';
const edges = `${unit}/verification/edges.test.ts`;

/** Decisions about what a copy proves. */
export const domainOfProofs: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/verification/bracket.ts',
    tests: [edges, `${unit}/verification/bracket.property.test.ts`],
    mistakes: [
      {
        name: "the beat at S2's edge counts as inside",
        find: 'if (beat >= BigInt(s2.beat)) {',
        replace: 'if (beat > BigInt(s2.beat)) {',
      },
      {
        name: "the beat at S1's edge counts as before",
        find: 'if (beat < BigInt(s1.beat)) {',
        replace: 'if (beat <= BigInt(s1.beat)) {',
      },
      { name: 'a beat of another time line is taken', find: ' && one.lsn === other.lsn', replace: '' },
      { name: 'any beat is taken that nobody reported', find: '!liesBetween(heartbeats, newest)', replace: 'false' },
      {
        name: 'a beat of another time line is taken where one is missing',
        find: 'place < bytesOfLsn(after.lsn) &&',
        replace: '',
      },
      {
        name: 'a beat after the last one is taken',
        find: 'if (before === undefined || after === undefined)',
        replace: 'if (before === undefined) return false; if (after === undefined) return true; if (before === after)',
      },
    ],
  },
  {
    file: 'shared/pg/witness/take-witness.ts',
    tests: ['tests/sandbox/backup/witness-manners.test.ts'],
    mistakes: [
      {
        name: 'a call reports its beats before the last one was written',
        find: '    await heart.stop();\n    return result.complete',
        replace: '    return result.complete',
      },
      {
        name: 'what calls have left in other processes refuses the next backup',
        find: 'held.endAll()',
        replace: 'held.releaseAll()',
      },
    ],
  },
  {
    file: 'shared/domain/verification/compare-table.ts',
    tests: [`${unit}/verification/compare-table.test.ts`],
    mistakes: [
      {
        name: 'a changed value of a row is not looked at',
        find: 'if (row[2] === found[2]) matchedRows += 1;',
        replace: 'if (row[0] === found[0]) matchedRows += 1;',
      },
      {
        name: 'a chunk is compared by its rows alone',
        find: 'have.rows === want.rows && have.sum === want.sum',
        replace: 'have.rows === want.rows',
      },
      {
        name: 'a lost row is no problem',
        find: 'if (lost.length > 0) problems.push(',
        replace: 'if (lost.length > 1) problems.push(',
      },
      {
        name: 'a row of a committed deletion may be there',
        find: "isKnown(transaction) && statusOf(transaction) === 'committed',",
        nth: 2,
        of: 2,
        replace: "isKnown(transaction) && statusOf(transaction) === 'aborted',",
      },
      {
        name: 'the copy is asked about ids that are its own',
        find: 'transaction <= bound',
        replace: 'transaction > bound',
      },
      {
        name: 'the last chunk ends where the table ended',
        find: 'Math.min(Math.floor(blockOf(ctid) / chunkBlocks), chunks - 1)',
        replace: 'Math.floor(blockOf(ctid) / chunkBlocks)',
      },
      {
        name: 'rows that were inserted on the copy itself are its rows',
        find: 'ownRows > 0 && loginTrigger === undefined)',
        replace: 'ownRows > 1 && loginTrigger === undefined)',
      },
    ],
  },
  {
    file: 'shared/domain/verification/compare-schema.ts',
    tests: [edges, `${unit}/verification/compare-schema.property.test.ts`],
    mistakes: [
      {
        name: 'an object that the copy alone has is no finding',
        find: "else if (before === undefined) findings.push({ object, status: 'failed'",
        replace: "else if (before === undefined) findings.push({ object, status: 'note'",
      },
      {
        name: 'a missing sequence is a gap',
        find: "if (found === undefined) return [{ object, status: 'failed'",
        replace: "if (found === undefined) return [{ object, status: 'gap'",
      },
      {
        name: 'a sequence may be set back',
        find: 'if (isAhead(low, value)) return',
        replace: 'if (isAhead(value, low)) return',
      },
      {
        name: 'a descending sequence is compared as an ascending one',
        find: '< 0n ? -1n : 1n',
        replace: '< 0n ? 1n : 1n',
      },
    ],
  },
  {
    file: 'shared/domain/verification/compare-server.ts',
    tests: [`${unit}/verification/compare-server.test.ts`],
    mistakes: [
      {
        name: 'another cluster is taken for the source',
        find: "...differing('system identifier', source.systemIdentifier, copy.systemIdentifier),",
        replace: "...differing('system identifier', source.systemIdentifier, source.systemIdentifier),",
      },
      {
        name: 'an older minor version is no fault',
        find: 'copy.versionNumber > source.versionNumber',
        replace: 'copy.versionNumber !== source.versionNumber',
      },
      {
        name: 'a parameter that only the copy sets is not seen',
        find: '[...new Set([...Object.keys(source), ...Object.keys(copy)])]',
        replace: '[...new Set(Object.keys(source))]',
      },
    ],
  },
  {
    file: 'shared/domain/verification/compare-prepared.ts',
    tests: [`${unit}/verification/compare-prepared.test.ts`],
    mistakes: [
      {
        name: 'a lost prepared transaction is not missed',
        find: 'later.has(keyOf(one)) && !here.has(keyOf(one))',
        replace: '!later.has(keyOf(one)) && !here.has(keyOf(one))',
      },
    ],
  },
  {
    file: 'shared/domain/verification/row-origin.ts',
    tests: [edges, `${unit}/resource/row-origin.property.test.ts`],
    mistakes: [
      {
        name: 'a row of a transaction that ran at S2 may be the source’s',
        find: "if (running(transaction)) return 'copy';\n",
        replace: '',
      },
      { name: 'the bound itself is not in the copy', find: 'transaction <= bound', replace: 'transaction < bound' },
    ],
  },
  {
    file: 'shared/domain/verification/transaction-ids.ts',
    tests: [`${unit}/verification/transaction-ids.property.test.ts`],
    mistakes: [
      { name: 'ids do not wrap around', find: 'distance < 0n ? distance + epoch : distance', replace: 'distance' },
      {
        name: 'the transaction after a snapshot had begun',
        find: 'transaction >= xmax || running.has',
        replace: 'transaction > xmax || running.has',
      },
    ],
  },
  {
    file: 'shared/domain/verification/verdict.ts',
    tests: [edges, `${unit}/verification/verdict.property.test.ts`],
    mistakes: [
      {
        name: 'a rung that did not run has proven something',
        find: "status === 'not run').map(",
        replace: "status === 'failed').map(",
      },
      {
        name: 'a failed table is overlooked',
        find: "tables.find(({ status }) => status === 'failed')",
        replace: "tables.slice(1).find(({ status }) => status === 'failed')",
      },
      {
        name: 'a gap is exact',
        find: 'tablesOfCopy === 0 && gaps.length === 0',
        replace: 'tablesOfCopy === 0',
      },
      {
        name: 'the limit of rows is not kept',
        find: 'if (shares.rows > limits.unverifiableRowShare) return beyond',
        replace: 'if (shares.rows > 1) return beyond',
      },
    ],
  },
  {
    file: 'shared/domain/verification/whose-fault.ts',
    tests: [edges, `${unit}/resource/whose-fault.test.ts`],
    mistakes: [
      {
        name: 'one finding of the source excuses the damage of the backup',
        find: 'problems.every((problem) => aboutSource',
        replace: 'problems.some((problem) => aboutSource',
      },
    ],
  },
  {
    file: 'shared/domain/verification/chunks.ts',
    tests: [`${unit}/verification/chunks.property.test.ts`],
    mistakes: [
      {
        name: 'a block between two chunks is read by nobody',
        find: '(index + 1) * blocksPerChunk',
        replace: '(index + 1) * blocksPerChunk - 1',
      },
      { name: 'what a table has grown by is read by nobody', find: 'index === count - 1 ? null : ', replace: '' },
    ],
  },
  {
    file: 'shared/domain/verification/quiet-copy.ts',
    tests: ['tests/unit/shared/domain/verification/quiet-copy.test.ts'],
    mistakes: [
      {
        name: 'a network keeps jobs from running',
        find: 'return isOff ? []',
        replace: 'return isOff || isCutOff ? []',
      },
      {
        name: 'any number of workers is none',
        find: "isCutOff || workers === '0'",
        replace: 'isCutOff || workers !== undefined',
      },
    ],
  },
  {
    file: 'shared/pg/session/self-starting.ts',
    tests: ['tests/sandbox/verification/self-starting.test.ts'],
    mistakes: [
      { name: 'disabled subscriptions count', find: ' where s.subenabled)', replace: ')' },
      {
        name: 'subscriptions of other databases are not seen',
        find: 'd.oid = s.subdbid where',
        replace: 'd.oid = s.subdbid and d.datname = current_database() where',
      },
      { name: 'jobs are looked for by rows that are hidden', find: '&& !hasNoJobs', replace: '&& hasNoJobs' },
    ],
  },
];
