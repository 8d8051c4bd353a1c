import type { Sandbox } from '../sandbox.ts';

/** What the function answers: its result, or Lambda's account of its error. */
export async function invoke(sandbox: Sandbox, key: string, payload: object): Promise<Record<string, unknown>> {
  const { Payload } = (await sandbox.dispatch(
    'lambda',
    'Invoke',
    { FunctionName: functionNamed(sandbox, key), Payload: Buffer.from(JSON.stringify(payload)) },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  )) as { Payload: Uint8Array };
  return JSON.parse(Buffer.from(Payload).toString()) as Record<string, unknown>;
}

function functionNamed({ template }: Sandbox, key: string): string {
  const found = template.functions.find(({ name }) => name.endsWith(`-${key}`));
  if (found === undefined) throw new Error(`the template has no function '${key}'`);
  return found.name;
}
