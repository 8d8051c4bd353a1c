declare function makeDashboard(given: { resolveVariable(name: string): Promise<string> }): Promise<{
  readonly Resources: {
    readonly Dashboard: { readonly Properties: { readonly DashboardBody: { readonly 'Fn::Sub': string } } };
  };
}>;
export = makeDashboard;
