import { awsCallDeadline } from '../deadlines.ts';
import { identityBody, identityIn } from '../domain/remediation/approval.ts';
import { AwsUnavailableError } from '../errors.ts';

/** The ARN of who signed the request, by STS; undefined where STS does not accept it. */
export type AskIdentity = (headers: Readonly<Record<string, string>>) => Promise<string | undefined>;

/** STS of a region; the address never comes from whoever asks. AWS_ENDPOINT_URL is what the SDK's own clients go by. */
export function makeAskIdentity(region: string, endpoint = process.env['AWS_ENDPOINT_URL']): AskIdentity {
  const address = endpoint ?? `https://sts.${region}.amazonaws.com/`;
  return async (headers) => {
    try {
      const signal = AbortSignal.timeout(awsCallDeadline);
      const response = await fetch(address, { method: 'POST', headers, body: identityBody, signal, redirect: 'error' });
      const text = await response.text();
      if (response.status >= 500) throw new Error(`it answered ${response.status}`);
      return response.ok ? identityIn(text) : undefined;
    } catch (cause) {
      throw new AwsUnavailableError('STS does not say who has answered', { cause });
    }
  };
}
