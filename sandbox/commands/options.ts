export type CommandOptions = {
  readonly workflow: string;
  readonly database: string;
  readonly megabytes: number;
  readonly from: string | undefined;
  readonly writesPerSecond: number;
  readonly speed: number;
  readonly port: number;
  readonly dataDirectory: string | undefined;
  readonly reportsDirectory: string;
  readonly removeEach: boolean;
};
