type Alarm = {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: { readonly AlarmName: string } & Record<string, unknown>;
};
declare function databaseAlarms(given: {
  resolveVariable(name: string): Promise<string>;
}): Promise<{ readonly Resources: Readonly<Record<string, Alarm>> }>;
export = databaseAlarms;
