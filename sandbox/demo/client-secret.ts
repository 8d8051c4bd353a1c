import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';

/** By which a promotion confirms itself as the application does: in each region, under the name that operations.yml gives it. */
export function storeClientSecret(
  sandbox: Sandbox,
  database: string,
  { user, password }: { readonly user: string; readonly password: string },
): void {
  const arn = devStage().databases[database]?.dns?.clientSecretArn;
  const name = arn?.split(':secret:')[1];
  if (name === undefined) return;
  for (const { region } of sandbox.stacks) {
    const store = sandbox.secrets.secrets.in(region);
    const secret = store.has(name) ? store.get(name) : store.create(name);
    store.putValue(secret, { text: JSON.stringify({ username: user, password }) });
  }
}
