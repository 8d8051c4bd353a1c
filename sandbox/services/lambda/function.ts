/** One Lambda function as the template declares it, with its code unpacked. */
export type LambdaFunction = {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  /** `path/file.export`, relative to the code directory. */
  readonly handler: string;
  readonly codeDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly roleArn: string;
  readonly runtime: string;
  readonly description?: string | undefined;
  /** Lambda's own, of the function's name, when absent. */
  readonly logGroup?: string | undefined;
  /** Invocations of it that run at once; what comes beside them is refused. */
  readonly reservedConcurrency?: number | undefined;
  /** Where an event goes that the function failed to take, three times. */
  readonly deadLetterArn?: string | undefined;
};

/** What an invocation ended with: the answer's payload, and whether it is an error's. */
export type InvocationResult = {
  readonly payload: string;
  readonly functionError: 'Unhandled' | undefined;
  /** The last 4 KB of its log. */
  readonly logTail: string;
};

/** What Lambda sends to the dead-letter queue: the event, and in its attributes what became of it. */
export type DeadLetter = {
  readonly targetArn: string;
  readonly functionName: string;
  readonly body: string;
  readonly errorMessage: string;
};

export type FunctionFailure = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
};
