import { randomUUID } from 'node:crypto';
import type { MapState } from '../definition.ts';
import type { ChildOutcome, MapRun } from '../map-run.ts';
import { StatesError, toStatesError } from '../states-error.ts';
import type { Visit } from '../visit.ts';

/** Writes the children's outcomes to S3 as AWS does: one file per status and a manifest that lists the files. */
export async function writeResults(
  writer: NonNullable<MapState['ResultWriter']>,
  visit: Visit,
  mapRun: MapRun,
  outcomes: readonly ChildOutcome[],
): Promise<unknown> {
  const place = Object(await visit.evaluate(writer.Arguments ?? {}, 'ResultWriter/Arguments'));
  const bucket = String(place.Bucket);
  const folder = [place.Prefix, randomUUID()].filter((part) => part !== undefined && part !== '').join('/');
  const put = async (name: string, content: unknown) => {
    const Key = `${folder}/${name}`;
    const Body = JSON.stringify(content);
    await visit.run.tasks(
      writer.Resource ?? 'arn:aws:states:::s3:putObject',
      { Bucket: bucket, Key, Body },
      {
        signal: visit.signal,
        taskToken: undefined,
        stateName: visit.name,
        executionArn: visit.run.context().Execution.Id,
        heartbeat: () => {},
        submitted: () => {},
      },
    );
    return { Key, Size: Buffer.byteLength(Body) };
  };
  try {
    const files: Record<string, unknown[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
    for (const status of ['FAILED', 'SUCCEEDED'] as const) {
      const group = outcomes.filter((outcome) => (outcome.status === 'SUCCEEDED') === (status === 'SUCCEEDED'));
      if (group.length > 0) {
        files[status]?.push(await put(`${status}_0.json`, group.map(describeOutcome)));
      }
    }
    const manifest = await put('manifest.json', {
      DestinationBucket: bucket,
      MapRunArn: mapRun.arn,
      ResultFiles: files,
    });
    return { MapRunArn: mapRun.arn, ResultWriterDetails: { Bucket: bucket, Key: manifest.Key } };
  } catch (thrown) {
    visit.signal.throwIfAborted();
    const failure = toStatesError(thrown);
    throw new StatesError('States.ResultWriterFailed', failure.causeText ?? failure.error);
  }
}

function describeOutcome(outcome: ChildOutcome): unknown {
  return {
    ExecutionArn: outcome.executionArn,
    Name: outcome.name,
    Status: outcome.status,
    StartDate: outcome.startDate.toISOString(),
    StopDate: outcome.stopDate.toISOString(),
    Input: JSON.stringify(outcome.input),
    ...(outcome.status === 'SUCCEEDED' ? { Output: JSON.stringify(outcome.output) } : {}),
    ...(outcome.error === undefined ? {} : { Error: outcome.error }),
    ...(outcome.cause === undefined ? {} : { Cause: outcome.cause }),
  };
}
