type Subscription = {
  readonly Type: string;
  readonly Properties: { readonly Endpoint: string; readonly FilterPolicy?: { readonly severity: readonly string[] } };
};
declare function mailSubscriptions(given: {
  resolveVariable(name: string): Promise<string>;
}): Promise<{ readonly Resources: Readonly<Record<string, Subscription>> }>;
export = mailSubscriptions;
