import { leakedRole, type RoleTarget } from '../domain/remediation/leaked-role.ts';
import { untilNobody } from '../pg/fence/until-nobody.ts';
import { isolateRole, readRole } from '../pg/remediation/roles.ts';
import type { Remedy } from './remedy.ts';

/** Without LOGIN and password nobody comes in; a person gives both back once the secret is another one. */
export const isolateCredential: Remedy<RoleTarget> = {
  look: (context) =>
    context.inSession(async (client) => {
      const { role } = context;
      return leakedRole(role, role === undefined ? undefined : await readRole(client, role));
    }),
  describe: ({ name, sessions }) => `role '${name}', whose credential leaked, logs in and has ${sessions} sessions`,
  apply: (context, target) =>
    context.inSession(async (client) => {
      const { name } = target;
      const again = leakedRole(name, await readRole(client, name));
      if ('refusal' in again) return { isApplied: false, reason: again.refusal };
      if (again.target.oid !== target.oid) return { isApplied: false, reason: `role '${name}' is another one now` };
      const ended = await isolateRole(client, name);
      if (ended === null) return { isApplied: false, reason: `role '${name}' is kept out already` };
      const late = await untilNobody(client, async () => (await isolateRole(client, name)) ?? 0);
      const sessions = Math.max(ended, ...late);
      return {
        isApplied: true,
        reason: `role '${name}' may not log in and has no password; ${sessions} sessions were ended`,
      };
    }),
  check: (context, { name, oid }) =>
    context.inSession(async (client) => {
      const found = await readRole(client, name);
      if (found?.oid !== oid) return { isReached: true, reason: `role '${name}' is gone` };
      if (found.canLogin) return { isReached: false, reason: `role '${name}' logs in again` };
      const { sessions } = found;
      return {
        isReached: sessions === 0,
        reason: sessions === 0 ? `nobody is or comes in as '${name}'` : `${sessions} sessions of '${name}' go on`,
      };
    }),
};
