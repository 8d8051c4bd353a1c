import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { callAws, isAwsError } from './call.ts';

export type TaskTokens = {
  /** Ends the wait of an execution. False when nothing waits by this token any more. */
  wake(token: string, output: unknown): Promise<boolean>;
};

export function makeTaskTokens(client = new SFNClient({ maxAttempts: 5 })): TaskTokens {
  return {
    async wake(taskToken, output) {
      const command = new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) });
      try {
        await callAws('end the wait of an execution', (options) => client.send(command, options));
        return true;
      } catch (error) {
        if (isAwsError(error, 'TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken')) return false;
        throw error;
      }
    },
  };
}
