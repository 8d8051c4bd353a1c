export default class AccountGuard {
  constructor(
    serverless: object,
    options: object,
    utils?: object,
    readAccount?: () => Promise<string>,
    readPolicy?: () => Promise<{ readonly stages: Readonly<Record<string, { readonly account: string }>> }>,
  );
  readonly hooks: Readonly<Record<'initialize', () => Promise<void>>>;
}
