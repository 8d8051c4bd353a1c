/** The header in which a signed request says what it is for. */
export const answerHeader = 'x-pg-gameday-answer';
/** What is signed: an answer to one execution is none to another, and yes is not no. */
export const answerText = (executionName: string, isApproved: boolean): string =>
  decisionText(executionName, isApproved ? 'approve' : 'refuse');

/** `at`: what is decided is about that moment. */
export const decisionText = (executionName: string, decision: string, at: string | null = null): string =>
  `${decision}${at === null ? '' : ` ${at}`} ${executionName}`;

/** The one request that is asked with somebody's signature. */
export const identityBody = 'Action=GetCallerIdentity&Version=2011-06-15';

/** Set by whoever sends the request: the host by the address, the length by the body. */
const setAnew = ['host', 'content-length'];

/** The headers to ask AWS with, or why the answer is none. AWS itself checks the signature, its age and the host. */
export function headersToAskWith(
  expected: string,
  signed: Readonly<Record<string, string>>,
): { readonly headers: Readonly<Record<string, string>> } | { readonly refusal: string } {
  const given = new Map(Object.entries(signed).map(([name, value]) => [name.toLowerCase(), value]));
  if (given.get(answerHeader) !== expected) {
    return { refusal: `what was signed is '${given.get(answerHeader) ?? 'nothing'}', expected '${expected}'` };
  }
  const authorization = given.get('authorization') ?? '';
  const names = /SignedHeaders=([a-z0-9;-]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  for (const name of ['host', 'x-amz-date', answerHeader]) {
    if (!names.includes(name)) return { refusal: `header '${name}' is not signed` };
  }
  // A scope of another service would be a request that was signed for something else.
  if (!/Credential=[^,/]+\/\d{8}\/[a-z0-9-]+\/sts\/aws4_request/.test(authorization)) {
    return { refusal: 'it is not signed for STS' };
  }
  const isSent = (name: string) => name === 'authorization' || (names.includes(name) && !setAnew.includes(name));
  const headers = [...given].filter(([name]) => isSent(name) || name === 'x-amz-security-token');
  return { headers: Object.fromEntries(headers) };
}

/** The ARN of who signed, as STS answers it. */
export const identityIn = (answer: string): string | undefined => /<Arn>([^<]+)<\/Arn>/.exec(answer)?.[1];

/** Whether the ARN is of one who may answer: that of a user, or any session of a role, which the list names as the role. */
export const mayAnswer = (arn: string, approvers: readonly string[]): boolean =>
  approverOf(arn, approvers) !== undefined;

/** Under which entry of the list the ARN may answer: a person has many sessions, and may name each of them as he likes. */
export function approverOf(arn: string, approvers: readonly string[]): string | undefined {
  if (approvers.includes(arn)) return arn;
  const [, partition, account, role] = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/.exec(arn) ?? [];
  if (role === undefined) return undefined;
  // STS leaves out the path of a role.
  return approvers.find((approver) => {
    const [, ofPartition, ofAccount, path] = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(.+)$/.exec(approver) ?? [];
    return ofPartition === partition && ofAccount === account && path?.split('/').at(-1) === role;
  });
}
