import type { Clock } from '../clock.ts';
import type { Credentials } from '../credentials.ts';
import type { PermissionsTable } from '../iam/required/permission.ts';
import type { ResourceKind } from '../template/resource.ts';
import type { Template } from '../template/template.ts';
import type { Dispatch, Service } from '../wire/service.ts';
import type { InterceptDelivery } from './delivery.ts';
import type { LogEvent } from './logs/log-store.ts';
import type { RdsOptions } from './rds/make-rds.ts';
import type { ServiceNotes } from './service-notes.ts';

/** What every service may be made of, beside the services that were made before it. */
export type Parts = {
  readonly account: string;
  readonly region: string;
  readonly clock: Clock;
  /** The same clock, with the least wait of a state machine. */
  readonly clockOfMachines: Clock;
  readonly credentials: Credentials;
  readonly dispatch: Dispatch;
  /** Of the wire; empty until it listens. */
  readonly endpoint: () => string;
  /** Below it each service has a folder of its own. */
  readonly dataDirectory: string;
  readonly stacks: readonly Template[];
  readonly rdsOptions?: Pick<RdsOptions, 'limits' | 'durations' | 'dataChecksums' | 'describeLag'> | undefined;
  readonly interceptDelivery?: InterceptDelivery | undefined;
  readonly onLog?: ((region: string, group: string, event: LogEvent, stream: string) => void) | undefined;
  /** AWS would retry a delivery and then drop it; here it is to be read. */
  readonly reportUndelivered: (what: string, error: unknown) => void;
};

/**
 * All that the sandbox must know of one service, in its own folder: what it is called and needs, how it is made, what it
 * takes of a template, what runs by itself and how it ends. `Others` are the services that it is made of.
 */
export type ServiceDefinition<Name extends string, Others, Made extends { readonly service: Service }> = {
  /** What other services, and whoever holds a sandbox, call it. */
  readonly name: Name;
  /** The signing name of `service`, known before it is made. */
  readonly id: string;
  readonly notes: ServiceNotes;
  /** What its operations ask of a caller's policies. An operation that is not in it is refused to every role. */
  readonly permissions: PermissionsTable;
  /** A property and no method: the compiler must see that what it is made of has been made. */
  readonly make: (parts: Parts, others: Others) => Made | Promise<Made>;
  /** Its types of CloudFormation, and what they are called. `deploy` finds them in `stack.resources`. */
  readonly resources?: Readonly<Record<string, ResourceKind>>;
  /** Creates what one stack declares of it. */
  deploy?(stack: Template, made: Made, parts: Parts): void | Promise<void>;
  /** What goes on by itself: schedules, alarms, budgets. Ends with the signal. */
  run?(made: Made, parts: Parts, signal: AbortSignal): void;
  stop?(made: Made): void | Promise<void>;
};

/** Infers what a service is made of and what it makes. */
export const defineService = <Name extends string, Others, Made extends { readonly service: Service }>(
  definition: ServiceDefinition<Name, Others, Made>,
): ServiceDefinition<Name, Others, Made> => definition;
