/** What an AWS client was asked: a command without its `Command`, and its input. */
export type Asked = { readonly command: string; readonly input: Record<string, unknown> };

type Stack = {
  add(middleware: (next: unknown, context: { commandName?: string }) => unknown, options: { step: 'initialize' }): void;
};

/** Lets a client of the AWS SDK ask nobody: `answer` says what AWS would, or throws what it would. */
export function answering<Client extends { readonly middlewareStack: unknown }>(
  client: Client,
  answer: (asked: Asked) => object,
): { readonly client: Client; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const middleware =
    (_next: unknown, { commandName = '' }: { commandName?: string }) =>
    async ({ input }: { input: Record<string, unknown> }) => {
      const one = { command: commandName.replace(/Command$/, ''), input };
      asked.push(one);
      return { output: { $metadata: {}, ...answer(one) }, response: {} };
    };
  (client.middlewareStack as Stack).add(middleware as never, { step: 'initialize' });
  return { client, asked };
}

export const nowhere = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
} as const;

/** As AWS refuses by a name. */
export const refusal = (name: string) =>
  Object.assign(new Error('refused'), { name, $metadata: { httpStatusCode: 400 } });
