import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { answerHeader } from '../../shared/domain/remediation/approval.ts';
import { CommandLineError } from '../../shared/errors.ts';

type Signed = { readonly headers: Readonly<Record<string, string>> };

/**
 * Signs the question "who am I" with the credentials of the environment, and in it the text of the answer, and sends it nowhere: whoever is
 * to believe the answer asks it.
 */
export async function signAnswer(
  answer: string,
  configuration: ConstructorParameters<typeof STSClient>[0] = {},
): Promise<Readonly<Record<string, string>>> {
  let signed: Signed | undefined;
  const client = new STSClient({
    ...configuration,
    maxAttempts: 1,
    requestHandler: {
      handle: (request: Signed) => {
        signed = request;
        return Promise.reject(new Error('it is signed, and not sent'));
      },
    } as never,
  });
  client.middlewareStack.add(
    (next) => (given) => {
      const { headers } = given.request as { headers: Record<string, string> };
      headers[answerHeader] = answer;
      return next(given);
    },
    { step: 'build', name: 'answer' },
  );
  await client.send(new GetCallerIdentityCommand({})).catch((thrown: unknown) => {
    if (signed !== undefined) return;
    throw new CommandLineError('the answer cannot be signed', {
      hints: ['Log in: the command answers with the AWS credentials of the environment.'],
      cause: thrown,
    });
  });
  return signed?.headers ?? {};
}
