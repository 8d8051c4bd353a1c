import { notTruncated, type Thread } from './history.ts';
import type { StatesError } from './states-error.ts';

export type TaskEvents = {
  scheduled(taskArguments: unknown, timeoutSeconds: number | undefined, heartbeatSeconds: number | undefined): void;
  started(): void;
  submitted(output: unknown): void;
  succeeded(result: unknown): void;
  failed(failure: StatesError): void;
};

export function isTimeout(failure: StatesError): boolean {
  return failure.error === 'States.Timeout';
}

/** A Lambda function named directly as the Resource has events of its own; every other integration shares one family. */
export function taskEvents(resource: string, region: string, thread: Thread): TaskEvents {
  return /^arn:[^:]+:lambda:/.test(resource)
    ? lambdaFunctionEvents(resource, thread)
    : integrationEvents(resource, region, thread);
}

function failureDetails(failure: StatesError): { error: string; cause?: string } {
  return { error: failure.error, ...(failure.causeText === undefined ? {} : { cause: failure.causeText }) };
}

function limits(timeoutSeconds: number | undefined, heartbeatSeconds: number | undefined) {
  return {
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  };
}

/** `arn:aws:states:::aws-sdk:rds:startDBInstance` is resource `startDBInstance` of resource type `aws-sdk:rds`. */
export function splitResource(resource: string): { resourceType: string; resource: string } {
  const parts = resource.split(':').slice(5);
  const size = parts[0] === 'aws-sdk' ? 2 : 1;
  return { resourceType: parts.slice(0, size).join(':'), resource: parts.slice(size).join(':') };
}

function integrationEvents(resourceArn: string, region: string, thread: Thread): TaskEvents {
  const names = splitResource(resourceArn);
  let submitted = false;
  return {
    scheduled(taskArguments, timeoutSeconds, heartbeatSeconds) {
      const parameters = JSON.stringify(taskArguments);
      thread.record('TaskScheduled', {
        taskScheduledEventDetails: { ...names, region, parameters, ...limits(timeoutSeconds, heartbeatSeconds) },
      });
    },
    started() {
      thread.record('TaskStarted', { taskStartedEventDetails: names });
    },
    submitted(output) {
      submitted = true;
      thread.record('TaskSubmitted', {
        taskSubmittedEventDetails: { ...names, output: JSON.stringify(output), outputDetails: notTruncated },
      });
    },
    succeeded(result) {
      thread.record('TaskSucceeded', {
        taskSucceededEventDetails: { ...names, output: JSON.stringify(result), outputDetails: notTruncated },
      });
    },
    failed(failure) {
      const details = { ...names, ...failureDetails(failure) };
      if (isTimeout(failure)) {
        thread.record('TaskTimedOut', { taskTimedOutEventDetails: details });
      } else if (!submitted && names.resource.includes('.')) {
        thread.record('TaskSubmitFailed', { taskSubmitFailedEventDetails: details });
      } else {
        thread.record('TaskFailed', { taskFailedEventDetails: details });
      }
    },
  };
}

function lambdaFunctionEvents(resource: string, thread: Thread): TaskEvents {
  return {
    scheduled(taskArguments, timeoutSeconds) {
      thread.record('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: {
          resource,
          input: JSON.stringify(taskArguments),
          inputDetails: notTruncated,
          ...limits(timeoutSeconds, undefined),
        },
      });
    },
    started() {
      thread.record('LambdaFunctionStarted');
    },
    submitted() {},
    succeeded(result) {
      thread.record('LambdaFunctionSucceeded', {
        lambdaFunctionSucceededEventDetails: { output: JSON.stringify(result), outputDetails: notTruncated },
      });
    },
    failed(failure) {
      if (isTimeout(failure)) {
        thread.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: failureDetails(failure) });
      } else {
        thread.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: failureDetails(failure) });
      }
    },
  };
}
