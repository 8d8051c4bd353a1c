import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  DescribeDBLogFilesMessage,
  DescribeDBLogFilesResponse,
  DownloadDBLogFilePortionDetails,
  DownloadDBLogFilePortionMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { invalidValue, refuseOthers } from '../model/errors.ts';
import type { Instance } from '../model/model.ts';
import { filtered, pageOf } from '../model/paging.ts';
import type { Rds } from '../rds.ts';

/** A megabyte, of characters: which of the two RDS counts is not known. */
const mostCharacters = 1_000_000;
const mostLines = 10_000;

type LogFile = { readonly name: string; readonly text: string; readonly lastWritten: number };

/**
 * The log of a server as RDS rotates it: a file for each hour, `error/postgresql.log.2026-11-30-07`. The server writes one, which
 * is cut where the hour of a line is another one.
 */
async function filesOf({ directory }: Instance): Promise<LogFile[]> {
  const text = await readFile(path.join(directory, 'server.log'), 'utf8').catch(() => '');
  const files = new Map<string, { lines: string[]; lastWritten: number }>();
  let present: { lines: string[]; lastWritten: number } | undefined;
  for (const line of text.split('\n')) {
    const [, day = '', hour = '', rest] = /^(\d{4}-\d\d-\d\d) (\d\d)(:\d\d:\d\d) UTC:/.exec(line) ?? [];
    if (rest !== undefined) {
      const name = `error/postgresql.log.${day}-${hour}`;
      present = files.get(name) ?? { lines: [], lastWritten: 0 };
      files.set(name, present);
      present.lastWritten = Math.max(present.lastWritten, Date.parse(`${day}T${hour}${rest}Z`));
    }
    present?.lines.push(line);
  }
  return [...files].map(([name, { lines, lastWritten }]) => ({ name, text: lines.join('\n'), lastWritten }));
}

export function describeLogFiles(rds: Rds) {
  return async (input: DescribeDBLogFilesMessage, { region }: CallContext): Promise<DescribeDBLogFilesResponse> => {
    refuseOthers(input, [
      ...['DBInstanceIdentifier', 'FilenameContains', 'FileLastWritten', 'FileSize'],
      ...['Filters', 'MaxRecords', 'Marker'],
    ]);
    const files = await filesOf(rds.region(region).instance(input.DBInstanceIdentifier ?? ''));
    const chosen = filtered(files, input.Filters, {}).filter(
      ({ name, text, lastWritten }) =>
        name.includes(input.FilenameContains ?? '') &&
        lastWritten >= (input.FileLastWritten ?? 0) &&
        Buffer.byteLength(text) >= (input.FileSize ?? 0),
    );
    const { items, Marker } = pageOf(chosen, ({ name }) => name, input, rds.limits.pageSize);
    const DescribeDBLogFiles = items.map(({ name, text, lastWritten }) => ({
      ...{ LogFileName: name, LastWritten: lastWritten, Size: Buffer.byteLength(text) },
    }));
    return { DescribeDBLogFiles, ...(Marker === undefined ? {} : { Marker }) };
  };
}

export function downloadLogPortion(rds: Rds) {
  return async (
    input: DownloadDBLogFilePortionMessage,
    { region }: CallContext,
  ): Promise<DownloadDBLogFilePortionDetails> => {
    refuseOthers(input, ['DBInstanceIdentifier', 'LogFileName', 'Marker', 'NumberOfLines']);
    const { NumberOfLines: asked, LogFileName = '' } = input;
    if (asked !== undefined && asked < 1) throw invalidValue(`Invalid value ${asked} for NumberOfLines.`);
    const files = await filesOf(rds.region(region).instance(input.DBInstanceIdentifier ?? ''));
    const file = files.find(({ name }) => name === LogFileName);
    if (file === undefined) {
      throw new AwsError('DBLogFileNotFoundFault', `DBLog File: ${LogFileName}, is not found on the DB instance`, {
        status: 404,
      });
    }
    // Without a marker the newest lines come.
    const lines = file.text.split('\n');
    const size = Math.min(asked ?? mostLines, mostLines);
    const from = input.Marker === undefined ? Math.max(0, lines.length - size) : lineOf(input.Marker, lines.length);
    const taken = lines.slice(from, from + size).join('\n');
    const to = Math.min(lines.length, from + size);
    const isLast = to === lines.length;
    // What is more than that in so many lines is left out, and the marker goes behind it.
    const cut = taken.length > mostCharacters;
    const text = cut ? `${taken.slice(0, mostCharacters)}\n [Your log message was truncated]` : taken;
    return {
      LogFileData: isLast ? text : `${text}\n`,
      Marker: `${LogFileName.slice(-2)}:${to}`,
      AdditionalDataPending: !isLast,
    };
  };
}

function lineOf(marker: string, most: number): number {
  if (marker === '0') return 0;
  const [, line] = /^\d\d:(\d+)$/.exec(marker) ?? [];
  if (line === undefined || Number(line) > most) throw invalidValue(`Invalid marker: ${marker}`);
  return Number(line);
}
