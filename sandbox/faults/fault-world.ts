import { asAdministrator } from '../postgres/administration.ts';
import type { Sandbox } from '../sandbox.ts';

/** A server as faults see it. */
export type FaultServer = {
  readonly region: string;
  readonly identifier: string;
  freeze(): void;
  thaw(): void;
  /** Ends the sessions of its clients; those of the sandbox's own superuser stay. */
  endSessions(): Promise<void>;
};

/** What faults may do to a sandbox. */
export type FaultWorld = {
  /** The first region of the stage. */
  readonly region: string;
  /** Where the function or machine is that bears a role. */
  regionOf(roleName: string): string;
  /** Ends the execution environments of a function that run an invocation; answers how many. */
  kill(functionName: string): Promise<number>;
  /** The servers that run. */
  servers(): readonly FaultServer[];
  /** Replication and copies between two regions. */
  cutLink(one: string, other: string, isCut: boolean): Promise<void>;
};

export function faultWorldOf(sandbox: Sandbox): FaultWorld {
  const { lambda, rds, region } = sandbox;
  return {
    region,
    regionOf: (role) => sandbox.stacks.find(({ roles }) => roles.some(({ name }) => name === role))?.region ?? region,
    kill: (name) => lambda.kill(name),
    cutLink: (one, other, isCut) => rds.inspect.cutLink(one, other, isCut),
    servers: () =>
      rds.inspect.instances().flatMap(({ region: where, identifier, server }) =>
        server === undefined || server.hasEnded
          ? []
          : [
              {
                region: where,
                identifier,
                freeze: () => server.freeze(),
                thaw: () => server.thaw(),
                endSessions: () =>
                  asAdministrator(server, async (client) => {
                    await client.query(
                      `select pg_terminate_backend(pid) from pg_stat_activity
where backend_type = 'client backend' and usename <> current_user`,
                    );
                  }),
              },
            ],
      ),
  };
}
