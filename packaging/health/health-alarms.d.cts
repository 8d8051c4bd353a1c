type Alarm = {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: { readonly AlarmName: string; readonly AlarmDescription: string } & Record<string, unknown>;
};
type Alarms = Readonly<Record<string, Alarm>>;
declare function healthAlarms(given: {
  resolveVariable(name: string): Promise<string>;
}): Promise<{ readonly Resources: Alarms }>;
declare namespace healthAlarms {
  function healthAlarmsOf(
    stage: string,
    databases: Readonly<Record<string, { readonly instance: string; readonly replicas?: readonly string[] }>>,
    health: unknown,
    hasSecondRegion?: boolean,
  ): Promise<Alarms>;
}
export = healthAlarms;
