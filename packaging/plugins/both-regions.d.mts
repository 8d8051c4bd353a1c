type Hook = 'before:package:cleanup' | 'after:remove:remove';
export default class BothRegions {
  constructor(
    serverless: object,
    options: object,
    utils?: object,
    run?: (words: readonly string[]) => Promise<number | null>,
  );
  readonly hooks: Readonly<Record<Hook, () => Promise<void>>>;
}
