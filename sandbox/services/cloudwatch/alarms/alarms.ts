import { regional } from '../../regional.ts';
import type { MetricStore } from '../metric-store.ts';
import { readAlarmData } from './alarm-data.ts';
import { changeData } from './alarm-messages.ts';
import type { ActiveMute, Alarm, AlarmDefinition, AlarmState, HistoryItem, StateChange } from './alarm-model.ts';
import { stateReason, stateReasonData } from './alarm-reason.ts';
import { assess } from './assess-datapoints.ts';
import type { MuteRule } from './mute-rule.ts';
import type { StateValue } from './state-value.ts';

export type AlarmsDeps = {
  readonly account: string;
  readonly metrics: MetricStore;
  readonly now: () => Date;
  /** Puts the change on the event bus. */
  readonly announce?: (change: StateChange) => Promise<void>;
  /** Calls one action; its failure is kept in the history, as in AWS. */
  readonly act?: (change: StateChange, actionArn: string) => Promise<void>;
};

export type Alarms = {
  put(region: string, definition: AlarmDefinition): Alarm;
  remove(region: string, name: string): void;
  mute(region: string, rule: MuteRule): void;
  /** By name or ARN. */
  find(region: string, alarm: string): Alarm | undefined;
  list(region: string): readonly Alarm[];
  /** Oldest first. */
  history(region: string): readonly HistoryItem[];
  enableActions(region: string, name: string, enabled: boolean): void;
  /** Sets a state until the next evaluation; actions run. Composite alarms follow at once. */
  setState(region: string, name: string, state: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>): Promise<void>;
  /**
   * Evaluates every alarm at a moment, or those of that name, and settles when actions and events are accepted. Periods shrink by
   * `speed`.
   */
  evaluateAt(at: Date, options?: { readonly speed?: number; readonly only?: string | RegExp }): Promise<void>;
};

type State = {
  readonly alarms: Map<string, Alarm>;
  readonly history: HistoryItem[];
  readonly muteRules: Map<string, MuteRule>;
};

export function makeAlarms({ account, metrics, now, announce, act }: AlarmsDeps): Alarms {
  const regions = regional((): State => ({ alarms: new Map(), history: [], muteRules: new Map() }));

  const find = (region: string, alarm: string): Alarm | undefined =>
    regions.in(region).alarms.get(alarm.startsWith('arn:') ? alarm.split(':').slice(6).join(':') : alarm);

  function note({ region, definition }: Alarm, item: Pick<HistoryItem, 'at' | 'type' | 'summary' | 'data'>): void {
    const alarmType = definition.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';
    regions.in(region).history.push({ alarm: definition.name, alarmType, ...item });
  }

  async function change(alarm: Alarm, next: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>, at: Date) {
    const previous = alarm.state;
    const { definition, region } = alarm;
    if (previous.value === next.value) {
      if (previous.reason !== next.reason) alarm.state = { ...next, at, transitionedAt: previous.transitionedAt };
      return;
    }
    alarm.state = { ...next, at, transitionedAt: at };
    const named = definition.kind === 'composite' ? definition.rule.alarms : [];
    const children = named.flatMap((name) => find(region, name) ?? []);
    const mute = muteOf(alarm, at);
    const reported: StateChange = { alarm, previous, at, children, ...(mute === undefined ? {} : { mute }) };
    const summary = `Alarm updated from ${previous.value} to ${next.value}`;
    note(alarm, { at, type: 'StateUpdate', summary, data: JSON.stringify(changeData(reported)) });
    await announce?.(reported);
    alarm.muted = mute === undefined ? undefined : { change: reported, to: mute.window.to };
    if (mute === undefined) await callActions(reported);
  }

  async function callActions(reported: StateChange): Promise<void> {
    const { definition, state } = reported.alarm;
    for (const arn of definition.actionsEnabled ? definition.actions[state.value] : []) {
      await callAction(reported, arn);
    }
  }

  /** Of several rules that hold, the one that ends last. */
  function muteOf({ region, definition }: Alarm, at: Date): ActiveMute | undefined {
    const held = [...regions.in(region).muteRules.values()].flatMap((rule) => {
      const window = rule.alarms.includes(definition.name) ? rule.windowAt(at.getTime()) : undefined;
      const arn = `arn:aws:cloudwatch:${region}:${account}:alarm-mute-rule:${rule.name}`;
      return window === undefined ? [] : [{ arn, window }];
    });
    return held.sort((one, other) => other.window.to - one.window.to)[0];
  }

  /** What was held back follows when no window is open any more and the state is still the one of then. */
  async function endMute(alarm: Alarm, at: Date): Promise<void> {
    const { muted } = alarm;
    if (muted === undefined || at.getTime() < muted.to || muteOf(alarm, at) !== undefined) return;
    alarm.muted = undefined;
    await callActions(muted.change);
  }

  async function callAction(reported: StateChange, arn: string): Promise<void> {
    const { alarm, at } = reported;
    const failure = await act?.(reported, arn).catch((error: unknown) => error);
    const error = failure === undefined ? null : failure instanceof Error ? failure.message : String(failure);
    note(alarm, {
      at,
      type: 'Action',
      summary: error === null ? `Successfully executed action ${arn}` : `Failed to execute action ${arn}`,
      data: JSON.stringify({
        actionState: error === null ? 'Succeeded' : 'Failed',
        stateUpdateTimestamp: at.getTime(),
        notificationResource: arn,
        publishedMessage: null,
        error,
      }),
    });
  }

  async function evaluateMetric(alarm: Alarm, at: Date, speed: number): Promise<void> {
    const { definition, state, region } = alarm;
    if (definition.kind !== 'metric') return;
    const data = readAlarmData(metrics, region, definition, at, speed);
    const assessment = assess(data.slots, definition.rule, state.value);
    // A state that missing data keeps as it is keeps its reason, too.
    if (assessment.value === state.value && assessment.decisive.length === 0 && state.reasonData !== undefined) return;
    const reason = stateReason(definition, data, assessment);
    await change(
      alarm,
      { value: assessment.value, reason, reasonData: stateReasonData(definition, data, assessment, at) },
      at,
    );
  }

  /** A composite alarm may name others: once more for each of them, and all have what follows from all. */
  async function evaluateComposites(region: string, at: Date): Promise<void> {
    const composites = [...regions.in(region).alarms.values()].filter(
      ({ definition }) => definition.kind === 'composite',
    );
    for (let round = 0; round < composites.length; round += 1) {
      for (const alarm of composites) await evaluateComposite(alarm, at);
    }
  }

  async function evaluateComposite(alarm: Alarm, at: Date): Promise<void> {
    const { definition, region } = alarm;
    if (definition.kind !== 'composite') return;
    const stateOf = (name: string): StateValue => find(region, name)?.state.value ?? 'INSUFFICIENT_DATA';
    const value = definition.rule.holds(stateOf) ? 'ALARM' : 'OK';
    if (value === alarm.state.value) return;
    const trigger = definition.rule.alarms.map((name) => `${find(region, name)?.arn ?? name} is ${stateOf(name)}`);
    const reason = `${definition.ruleText} is ${value === 'ALARM'}: ${trigger.join(', ')}`;
    const triggeringAlarms = definition.rule.alarms.flatMap((name) => {
      const child = find(region, name);
      const state = { value: child?.state.value, timestamp: child?.state.at };
      return child === undefined ? [] : [{ arn: child.arn, state }];
    });
    await change(alarm, { value, reason, reasonData: JSON.stringify({ triggeringAlarms }) }, at);
  }

  return {
    put(region, definition) {
      const { alarms } = regions.in(region);
      const at = now();
      const known = alarms.get(definition.name);
      const initial: AlarmState = {
        value: 'INSUFFICIENT_DATA',
        reason: 'Unchecked: Initial alarm creation',
        reasonData: undefined,
        at,
        transitionedAt: at,
      };
      const arn = `arn:aws:cloudwatch:${region}:${account}:alarm:${definition.name}`;
      const alarm: Alarm = { region, arn, definition, updatedAt: at, state: known?.state ?? initial };
      alarms.set(definition.name, alarm);
      const summary = `Alarm "${definition.name}" ${known === undefined ? 'created' : 'updated'}`;
      const type = known === undefined ? 'Create' : 'Update';
      note(alarm, { at, type: 'ConfigurationUpdate', summary, data: JSON.stringify({ version: '1.0', type }) });
      return alarm;
    },
    remove: (region, name) => {
      regions.in(region).alarms.delete(name);
    },
    mute: (region, rule) => {
      regions.in(region).muteRules.set(rule.name, rule);
    },
    find,
    list: (region) => [...regions.in(region).alarms.values()],
    history: (region) => regions.in(region).history,
    enableActions(region, name, enabled) {
      const alarm = find(region, name);
      if (alarm !== undefined) alarm.definition = { ...alarm.definition, actionsEnabled: enabled };
    },
    async setState(region, name, state) {
      const alarm = find(region, name);
      if (alarm === undefined) return;
      const at = now();
      await change(alarm, state, at);
      await evaluateComposites(region, at);
    },
    async evaluateAt(at, { speed = 1, only } = {}) {
      for (const [region, { alarms }] of regions.all()) {
        for (const alarm of alarms.values())
          if (isMeant(alarm.definition.name, only)) await evaluateMetric(alarm, at, speed);
        await evaluateComposites(region, at);
        for (const alarm of alarms.values()) await endMute(alarm, at);
      }
    },
  };
}

const isMeant = (name: string, only: string | RegExp | undefined): boolean =>
  only === undefined || (typeof only === 'string' ? name === only : only.test(name));
