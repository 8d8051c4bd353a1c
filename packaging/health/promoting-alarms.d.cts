declare function alarmNames(given: { resolveVariable(name: string): Promise<string> }): Promise<string[]>;
declare namespace alarmNames {
  function promotingAlarms(stage: string, databases: Readonly<Record<string, unknown>>): string[];
}
export = alarmNames;
