import type { TaskFunction } from './workflows.cjs';

type ServerlessFunction = {
  readonly handler: string;
  readonly role: string;
  readonly timeout: number;
  readonly memorySize: number;
  readonly vpc?: string;
};
declare function functions(): Promise<Readonly<Record<string, ServerlessFunction>>>;
declare namespace functions {
  function functionsOf(functions: readonly TaskFunction[]): Readonly<Record<string, ServerlessFunction>>;
}
export = functions;
