import type {
  AlarmChange,
  RemedyCandidate,
  RemedyMode,
  RemedyName,
  RemedyRefusal,
} from '../contracts/remediation/remediation.ts';
import type { AlarmPlace } from '../domain/alarm/cause.ts';
import type { RemedyBudget } from '../domain/remediation/claim.ts';
import { remedies } from '../domain/remediation/remedies.ts';
import { stagePolicy } from '../policy/operations.ts';
import { type RemedyModes, remediesOfAlarms } from '../policy/schema/remediation.ts';
import type { DatabasePolicy, Operations, StageName } from '../policy/schema.ts';

export function alarmPlace(operations: Operations, stage: StageName): AlarmPlace {
  const { account, databases } = stagePolicy(operations, stage);
  return { account, stage, databases };
}

export const remediesOf = (kind: string): readonly RemedyName[] =>
  Object.hasOwn(remediesOfAlarms, kind) ? remediesOfAlarms[kind as keyof typeof remediesOfAlarms] : [];

/** The stage's own word, or that of all stages. */
export function modeOf(operations: Operations, stage: StageName, kind: string, remedy: RemedyName): RemedyMode {
  const own = (stagePolicy(operations, stage).remediation?.alarms ?? {}) as RemedyModes;
  const all = operations.remediation.alarms as RemedyModes;
  return own[kind]?.[remedy] ?? all[kind]?.[remedy] ?? 'observe';
}

/** The role of the database that a remedy logs in as; undefined where operations.yml names none. */
export const secretOf = ({ capabilities }: DatabasePolicy, remedy: RemedyName): string | undefined => {
  const { capability } = remedies[remedy];
  return capability === null ? undefined : capabilities[capability]?.secretArn;
};

/** What belongs to an alarm, database by database; where a role is missing, its name. */
export function planRemedies(
  { cause: { kind, bearer, databases, role } }: Pick<AlarmChange, 'cause'>,
  operations: Operations,
  stage: StageName,
): { readonly candidates: RemedyCandidate[]; readonly refusals: RemedyRefusal[] } {
  const candidates: RemedyCandidate[] = [];
  const refusals: RemedyRefusal[] = [];
  const policies = stagePolicy(operations, stage).databases;
  for (const remedy of remediesOf(kind)) {
    for (const database of databases) {
      const policy = policies[database];
      if (policy === undefined) continue;
      const { capability } = remedies[remedy];
      if (capability !== null && secretOf(policy, remedy) === undefined) {
        const reason = `database '${database}' has no capability '${capability}': name its secret in operations.yml, and bootstrap it`;
        refusals.push({ remedy, database, reason, isGone: false });
        continue;
      }
      // A role is that of the primary, whichever of its replicas somebody came in by.
      const instanceId = bearer.of === 'instance' && role === undefined ? bearer.name : policy.instance;
      const mode = modeOf(operations, stage, kind, remedy);
      candidates.push({ remedy, mode, database, instanceId, ...(role === undefined ? {} : { role }) });
      // What concerns the instance as a whole is done once, by whichever of its databases comes first.
      if (capability === null || capability === 'replicate' || capability === 'fence') break;
    }
  }
  return { candidates, refusals };
}

export const remedyBudget = ({ remediation: { budget, coolDownMinutes } }: Operations): RemedyBudget => ({
  ...budget,
  coolDownSeconds: coolDownMinutes * 60,
});
