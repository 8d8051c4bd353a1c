import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'AWS Lambda',
  limits: [
    "A function is its packaged bundle in a worker thread on this computer's processor and this computer's Node, not arm64.",
    'MemorySize bounds heap, buffers and 64 MB for the runtime itself, counted in its thread and not by the operating system.',
    'Timeouts run in real time, whatever the speed of the sandbox.',
    'An asynchronous invocation is tried twice more, as in AWS; what failed then is kept for its dead-letter queue, to be read from the sandbox; there are no destinations.',
    'At most 64 invocations run at once, and further ones wait; AWS refuses those beyond the limit of the account.',
    'A function URL with AuthType NONE is served on a port of 127.0.0.1, which stands in the environment in place of its address; both permissions are asked for, streaming and AWS_IAM are not there.',
    'Reserved concurrency refuses what is invoked beyond it; an asynchronous invocation waits instead.',
    'There are no versions, aliases, layers, extensions or VPCs.',
  ],
  lookedFor: ['CreateFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration', 'PutFunctionConcurrency'],
};
