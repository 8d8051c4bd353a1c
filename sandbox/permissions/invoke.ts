import type { Sandbox } from '../sandbox.ts';

/** What the function of a region answers, the first one when absent: its result, or Lambda's account of its error. */
export async function invoke(
  sandbox: Sandbox,
  key: string,
  payload: object,
  region = sandbox.region,
): Promise<Record<string, unknown>> {
  const { Payload } = (await sandbox.dispatch(
    'lambda',
    'Invoke',
    { FunctionName: functionNamed(sandbox, key, region), Payload: Buffer.from(JSON.stringify(payload)) },
    { region, caller: sandbox.credentials.operator.caller },
  )) as { Payload: Uint8Array };
  return JSON.parse(Buffer.from(Payload).toString()) as Record<string, unknown>;
}

function functionNamed({ stacks }: Sandbox, key: string, region: string): string {
  const found = stacks.find((one) => one.region === region)?.functions.find(({ name }) => name.endsWith(`-${key}`));
  if (found === undefined) throw new Error(`the template of ${region} has no function '${key}'`);
  return found.name;
}
