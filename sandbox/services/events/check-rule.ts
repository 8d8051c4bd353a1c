import type * as client from '@aws-sdk/client-eventbridge';
import { parseSchedule } from '../../../shared/policy/schedule-expression.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { compilePattern } from './compile-pattern.ts';
import { InvalidPatternError } from './invalid-pattern.ts';

const MOST_TARGETS = 5;
const LONGEST_NAME = 64;
const LONGEST_PATTERN = 4096;
const LONGEST_DESCRIPTION = 512;
const namePattern = /^[.\-_A-Za-z0-9]+$/;

/** What AWS refuses of a rule, in its order and its words. */
export function checkRule(input: client.PutRuleCommandInput): void {
  requireConstraints([
    ...nameFaults(input.Name ?? '', 'name'),
    ...lengthFault(input.EventPattern, 'eventPattern', LONGEST_PATTERN),
    ...lengthFault(input.Description, 'description', LONGEST_DESCRIPTION),
    ...(input.State === undefined || states.includes(input.State)
      ? []
      : [fault(input.State, 'state', `Member must satisfy enum value set: [${states.join(', ')}]`)]),
  ]);
  if (input.EventPattern === undefined && input.ScheduleExpression === undefined) {
    throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (!isDefaultBus(input.EventBusName)) {
    if (input.ScheduleExpression !== undefined) {
      throw validation('ScheduleExpression is supported only on the default event bus.');
    }
    throw new AwsError('ResourceNotFoundException', `Event bus ${input.EventBusName} does not exist.`);
  }
  if (input.ScheduleExpression !== undefined) {
    checkSchedule(input.ScheduleExpression);
  }
}

const states: readonly string[] = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];

function isDefaultBus(name = 'default'): boolean {
  return name === 'default' || /^arn:aws:events:[^:]+:\d{12}:event-bus\/default$/.test(name);
}

function checkSchedule(expression: string): void {
  try {
    parseSchedule(expression);
  } catch {
    throw validation('Parameter ScheduleExpression is not valid.');
  }
}

/** The pattern of a rule as AWS keeps it. @throws InvalidEventPatternException */
export function readPattern(text: string): unknown {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw invalidPattern(error instanceof Error ? error.message : String(error));
  }
  try {
    compilePattern(pattern);
  } catch (error) {
    throw error instanceof InvalidPatternError ? invalidPattern(error.message) : error;
  }
  return pattern;
}

function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

/** What AWS refuses of targets, given those that the rule has. */
export function checkTargets(targets: readonly client.Target[], present: Iterable<string>): void {
  if (targets.length === 0) {
    throw validation(
      "1 validation error detected: Value '[]' at 'targets' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  requireConstraints(targets.flatMap(({ Id = '' }, index) => nameFaults(Id, `targets.${index + 1}.member.id`)));
  for (const { Id, Arn = '', RoleArn, Input, InputPath, InputTransformer } of targets) {
    if (!/^arn:[\w-]+:[\w-]+:[\w-]*:\d*:.+/.test(Arn)) {
      throw validation(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
    }
    if ([Input, InputPath, InputTransformer].filter((one) => one !== undefined).length > 1) {
      throw validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
    }
    if (Arn.split(':')[2] === 'states' && RoleArn === undefined) {
      throw validation(`RoleArn is required for target ${Arn}.`);
    }
    if (Input !== undefined && !isJson(Input)) {
      throw validation(`JSON syntax error in input for target ${Id}.`);
    }
  }
  if (new Set([...present, ...targets.map(({ Id = '' }) => Id)]).size > MOST_TARGETS) {
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function nameFaults(name: string, member: string): string[] {
  return [
    ...lengthFault(name, member, LONGEST_NAME),
    ...(namePattern.test(name)
      ? []
      : [fault(name, member, 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+')]),
  ];
}

function lengthFault(value: string | undefined, member: string, longest: number): string[] {
  const tooLong = value !== undefined && value.length > longest;
  return tooLong ? [fault(value, member, `Member must have length less than or equal to ${longest}`)] : [];
}

const fault = (value: string, member: string, constraint: string): string =>
  `Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`;

function requireConstraints(faults: readonly string[]): void {
  if (faults.length > 0) {
    const plural = faults.length === 1 ? 'error' : 'errors';
    throw validation(`${faults.length} validation ${plural} detected: ${faults.join('; ')}`);
  }
}

const validation = (message: string): AwsError => new AwsError('ValidationException', message);
