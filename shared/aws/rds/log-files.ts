import {
  DescribeDBLogFilesCommand,
  type DescribeDBLogFilesCommandOutput,
  DownloadDBLogFilePortionCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { callAws, undefinedWhen } from '../call.ts';

export type ServerLogFile = { readonly name: string; readonly bytes: number };
export type LogPortion = { readonly text: string; readonly marker: string; readonly isLast: boolean };

export type ServerLogFiles = {
  /** Those that were written since a moment in milliseconds since 1970, in their order. Undefined when there is no such instance. */
  list(instanceId: string, since: number): Promise<readonly ServerLogFile[] | undefined>;
  /** From a marker, '0' for the beginning. Undefined when the file is gone. */
  read(instanceId: string, file: string, marker: string): Promise<LogPortion | undefined>;
};

/** RDS cuts a portion of more than 1 MB and goes on behind it: so few lines are rarely so long. */
const linesOfPortion = 1000;

export function makeServerLogFiles(client = new RDSClient({ maxAttempts: 5 })): ServerLogFiles {
  return {
    async list(DBInstanceIdentifier, since) {
      const files: ServerLogFile[] = [];
      let Marker: string | undefined;
      do {
        const question = {
          DBInstanceIdentifier,
          FilenameContains: 'postgresql',
          FileLastWritten: since,
          ...(Marker && { Marker }),
        };
        const page: DescribeDBLogFilesCommandOutput | undefined = await callAws(
          `list the logs of instance '${DBInstanceIdentifier}'`,
          (options) => client.send(new DescribeDBLogFilesCommand(question), options),
        ).catch(undefinedWhen('DBInstanceNotFoundFault', 'DBInstanceNotFound'));
        if (page === undefined) return undefined;
        for (const { LogFileName = '', Size = 0 } of page.DescribeDBLogFiles ?? []) {
          files.push({ name: LogFileName, bytes: Size });
        }
        Marker = page.Marker;
      } while (Marker !== undefined);
      return files.sort((one, other) => (one.name < other.name ? -1 : 1));
    },

    async read(DBInstanceIdentifier, LogFileName, Marker) {
      const command = new DownloadDBLogFilePortionCommand({
        ...{ DBInstanceIdentifier, LogFileName, Marker, NumberOfLines: linesOfPortion },
      });
      const portion = await callAws(`read log '${LogFileName}' of instance '${DBInstanceIdentifier}'`, (options) =>
        client.send(command, options),
      ).catch(undefinedWhen('DBLogFileNotFoundFault', 'DBLogFileNotFound'));
      if (portion === undefined) return undefined;
      const { LogFileData = '', Marker: next = Marker, AdditionalDataPending = false } = portion;
      return { text: LogFileData, marker: next, isLast: !AdditionalDataPending };
    },
  };
}
