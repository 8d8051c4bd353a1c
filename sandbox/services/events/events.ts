import * as client from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import type { EventBus, Rule, Target } from './event-bus.ts';

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
        const rule = valid(() =>
          bus.putRule({
            name: input.Name ?? '',
            region,
            description: input.Description,
            schedule: input.ScheduleExpression,
            pattern: input.EventPattern === undefined ? undefined : JSON.parse(input.EventPattern),
            enabled: input.State !== 'DISABLED',
          }),
        );
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

      PutEvents: async (input: client.PutEventsCommandInput, { region }: CallContext) => {
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
  const { Source, DetailType, Detail, Resources, Time } = entry;
  if (!Source || !DetailType || Detail === undefined) {
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter Source, DetailType or Detail is not valid. Reason: it is required.',
    };
  }
  try {
    const detail: unknown = JSON.parse(Detail);
    const EventId = await bus.emit(region, {
      source: Source,
      detailType: DetailType,
      detail,
      resources: Resources,
      time: Time,
    });
    return { EventId };
  } catch (error) {
    if (error instanceof SyntaxError) {
      return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    }
    throw error;
  }
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

function valid<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new AwsError('ValidationException', error instanceof Error ? error.message : String(error));
  }
}
