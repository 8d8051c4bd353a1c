import type { VersionedStore } from '../aws/s3/versioned-store.ts';
import { sha256Of } from '../aws/sha256.ts';
import { Incident } from '../contracts/alert/alert.ts';
import { AwsUnavailableError, IncidentMissingError } from '../errors.ts';
import { incidentKey, resolvedIncidentKey } from '../evidence/keys.ts';

/** The newest incident of each key, changed by conditional writes only; and each one as it was when it was resolved. */
export type IncidentStore = {
  /** The newest incident of a key. */
  find(key: string): Promise<Incident | undefined>;
  /** By its id, while it is the newest of its key or once it is resolved. Throws IncidentMissingError. */
  read(id: string): Promise<Incident>;
  /** The newest of a key, by the id of any of its incidents. */
  newestOf(id: string): Promise<Incident | undefined>;
  /**
   * Changes the newest incident of a key by a function that is called again whenever somebody else was faster. `undefined`
   * leaves it as it is. Answers what is stored then.
   */
  change<Result extends { readonly incident: Incident }>(
    hash: string,
    decide: (before: Incident | undefined) => Result | undefined,
  ): Promise<Result | undefined>;
  /** Keeps an incident that is about to be resolved: the next one of its key takes its place. */
  keepResolved(incident: Incident): Promise<void>;
};

/** Of a key, for names of objects. */
export const hashOf = (key: string): string => sha256Of(key).slice(0, 24);
/** `<hash of the key>-20260307T190440989Z`: whoever has it finds the incident. */
export const incidentIdOf = (key: string, at: string): string => `${hashOf(key)}-${at.replace(/[-:.]/g, '')}`;
export const hashOfId = (id: string): string => id.slice(0, id.indexOf('-'));

/** Two executions change an incident at a time at most, people now and then. */
const mostTries = 20;

export function makeIncidentStore(objects: VersionedStore): IncidentStore {
  const parse = (text: string | undefined) => (text === undefined ? undefined : Incident.parse(JSON.parse(text)));
  const newest = async (hash: string) => parse((await objects.get(incidentKey(hash)))?.text);
  return {
    find: (key) => newest(hashOf(key)),
    newestOf: (id) => newest(hashOfId(id)),
    async read(id) {
      const current = await newest(hashOfId(id));
      if (current?.id === id) return current;
      const kept = parse((await objects.get(resolvedIncidentKey(hashOfId(id), id)))?.text);
      if (kept !== undefined) return kept;
      throw new IncidentMissingError(`incident '${id}' is not in the bucket`, {
        hints: ['Another stage or region may have it; the bucket keeps every incident that was resolved.'],
      });
    },
    async change(hash, decide) {
      for (let tried = 0; tried < mostTries; tried += 1) {
        const before = await objects.get(incidentKey(hash));
        const current = parse(before?.text);
        const result = decide(current);
        if (result === undefined || result.incident === current) return result;
        const text = JSON.stringify(Incident.parse(result.incident));
        if (await objects.replace(incidentKey(hash), text, before)) return result;
      }
      throw new AwsUnavailableError(`incident '${hash}' was changed by others ${mostTries} times in a row`);
    },
    async keepResolved(incident) {
      const key = resolvedIncidentKey(hashOfId(incident.id), incident.id);
      await objects.replace(key, JSON.stringify(incident), await objects.get(key));
    },
  };
}
