export function dashboardsOf(
  stage: string,
  databases: object,
  alarms: object,
): Promise<
  Record<
    string,
    { readonly Properties: { readonly DashboardName: string; readonly DashboardBody: { readonly 'Fn::Sub': string } } }
  >
>;
