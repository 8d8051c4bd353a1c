export default class AccountGuard {
  constructor(serverless: object, options: object, utils?: object, readAccount?: () => Promise<string>);
  readonly hooks: Readonly<Record<'initialize', () => Promise<void>>>;
}
