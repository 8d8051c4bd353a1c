import { errorChain } from '../shared/errors.ts';
import { readCommandLine, type SandboxCommand } from './commands/command-line.ts';
import { drillCommand } from './commands/drill.ts';
import { eventCommand } from './commands/event.ts';
import { faultSweepCommand } from './commands/fault-sweep.ts';
import { sandboxHelp } from './commands/help.ts';
import type { CommandOptions } from './commands/options.ts';
import { permissionsCommand } from './commands/permissions.ts';
import { interrupted } from './commands/session.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';

const commands: Readonly<Record<SandboxCommand, (options: CommandOptions) => Promise<number>>> = {
  run: drillCommand,
  drill: drillCommand,
  start: startCommand,
  stop: stopCommand,
  status: statusCommand,
  event: eventCommand,
  permissions: permissionsCommand,
  'fault-sweep': faultSweepCommand,
};

async function main(): Promise<number> {
  const call = readCommandLine(process.argv.slice(2));
  if (call.help === undefined) {
    // A password in --from stays out of the list of processes, as far as it is this process's.
    if (call.options.from !== undefined) process.title = `node sandbox/main.mjs ${call.command} --from …`;
    return commands[call.command](call.options);
  }
  console.log(sandboxHelp);
  return call.help === 'asked' ? 0 : 2;
}

// Who reads no further, as `head` does, ends no run half way.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const code = await main();
  process.exitCode ??= code;
} catch (error) {
  // What fails because somebody stopped it is no news.
  if (process.exitCode !== interrupted) report(error);
  process.exitCode ??= 2;
}

function report(error: unknown): void {
  for (const [index, { message }] of errorChain(error).entries())
    console.error(index === 0 ? `error: ${message}` : `caused by: ${message}`);
}
