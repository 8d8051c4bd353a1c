import { randomUUID } from 'node:crypto';
import * as client from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { checkEntries, entryFault, isDeeper, readDetail } from './check-entries.ts';
import { checkRule, checkTargets, readPattern } from './check-rule.ts';
import { isRecord } from './compile-pattern.ts';
import type { EventBus, Rule, Target } from './event-bus.ts';
import { matchesPattern } from './event-pattern.ts';

export function makeEvents({ bus }: { readonly bus: EventBus }): Service {
  function find(region: string, name = ''): Rule {
    const rule = bus.rule(region, name);
    if (rule === undefined) {
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
    }
    return rule;
  }

  return {
    id: 'events',
    client,
    operations: {
      PutRule: (input: client.PutRuleCommandInput, { region }: CallContext) => {
        checkRule(input);
        const rule = bus.putRule({
          name: input.Name ?? '',
          region,
          description: input.Description,
          schedule: input.ScheduleExpression,
          pattern: input.EventPattern === undefined ? undefined : readPattern(input.EventPattern),
          enabled: input.State !== 'DISABLED',
        });
        return { RuleArn: rule.arn };
      },

      DescribeRule: (input: client.DescribeRuleCommandInput, { region }: CallContext) =>
        describe(find(region, input.Name)),

      ListRules: (input: client.ListRulesCommandInput, { region }: CallContext) => {
        const wanted = bus.rules(region).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
        const { items, next } = page(wanted, input.NextToken, input.Limit ?? 100);
        return { Rules: items.map(describe), NextToken: next };
      },

      DeleteRule: (input: client.DeleteRuleCommandInput, { region }: CallContext) => {
        if ((bus.rule(region, input.Name ?? '')?.targets.size ?? 0) > 0) {
          throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
        }
        bus.removeRule(region, input.Name ?? '');
      },

      EnableRule: (input: client.EnableRuleCommandInput, { region }: CallContext) => {
        find(region, input.Name).enabled = true;
      },

      DisableRule: (input: client.DisableRuleCommandInput, { region }: CallContext) => {
        find(region, input.Name).enabled = false;
      },

      PutTargets: (input: client.PutTargetsCommandInput, { region }: CallContext) => {
        const rule = find(region, input.Rule);
        checkTargets(input.Targets ?? [], rule.targets.keys());
        for (const target of input.Targets ?? []) {
          rule.targets.set(target.Id ?? '', target as Target);
        }
        return { FailedEntryCount: 0, FailedEntries: [] };
      },

      RemoveTargets: (input: client.RemoveTargetsCommandInput, { region }: CallContext) => {
        const rule = find(region, input.Rule);
        for (const id of input.Ids ?? []) {
          rule.targets.delete(id);
        }
        return { FailedEntryCount: 0, FailedEntries: [] };
      },

      ListTargetsByRule: (input: client.ListTargetsByRuleCommandInput, { region }: CallContext) => ({
        Targets: [...find(region, input.Rule).targets.values()],
      }),

      TestEventPattern: ({ EventPattern = '', Event = '' }: client.TestEventPatternCommandInput) => {
        const pattern = readPattern(EventPattern);
        return { Result: matchesPattern(pattern, readEvent(Event)) };
      },

      PutEvents: async (input: client.PutEventsCommandInput, { region }: CallContext) => {
        checkEntries(input.Entries ?? []);
        const results = await Promise.all((input.Entries ?? []).map((entry) => putEvent(bus, region, entry)));
        return {
          FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
          Entries: results,
        };
      },
    },
  };
}

async function putEvent(
  bus: EventBus,
  region: string,
  entry: client.PutEventsRequestEntry,
): Promise<client.PutEventsResultEntry> {
  const fault = entryFault(entry);
  if (fault !== undefined) {
    return fault;
  }
  const { Source = '', DetailType = '', Detail = '', Resources, Time, EventBusName = 'default' } = entry;
  const detail = readDetail(Detail);
  if (EventBusName !== 'default' && !EventBusName.endsWith(':event-bus/default')) {
    // AWS takes an event for a bus that does not exist, and nobody receives it.
    return { EventId: randomUUID() };
  }
  const event = { source: Source, detailType: DetailType, detail, resources: Resources, time: Time };
  return { EventId: await bus.emit(region, event) };
}

const required = ['id', 'source', 'detail-type', 'account', 'region', 'time'];

function readEvent(text: string): Readonly<Record<string, unknown>> {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    event = undefined;
  }
  if (!isRecord(event) || isDeeper(text) || required.some((name) => typeof event[name] !== 'string')) {
    throw new AwsError('ValidationException', 'Parameter Event is not valid.');
  }
  return event;
}

function describe(rule: Rule): client.Rule {
  return {
    Name: rule.name,
    Arn: rule.arn,
    Description: rule.description,
    ScheduleExpression: rule.schedule,
    EventPattern: rule.pattern === undefined ? undefined : JSON.stringify(rule.pattern),
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: 'default',
  };
}
