/** What this system assumes of AWS and nobody has tried in an account. */
export type Assumption = {
  readonly fact: string;
  readonly source: string;
  /** What becomes of the system when it is false. */
  readonly breaks: string;
  /** The command that tries it. `npm run try-account` itself tries what it names. */
  readonly command: string;
};

/** Before what wants the stage in the account. */
export const deployed = 'after `npx serverless deploy --stage <stage>`: ';
