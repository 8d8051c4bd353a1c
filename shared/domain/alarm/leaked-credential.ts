import type { LoginFinding } from '../../contracts/alert/service-events.ts';
import type { AlarmCause, AlarmPlace } from './cause.ts';

/** Somebody who should not have is in; a failed login has no credential. */
const successful = /^CredentialAccess:RDS\/\w+\.Successful/;

/** Reads whose credential a finding says has leaked; undefined of other findings, and of instances that are not the stage's. */
export function leakedCredential({ account, region, detail }: LoginFinding, place: AlarmPlace): AlarmCause | undefined {
  const { id, type, resource } = detail;
  const instance = resource?.rdsDbInstanceDetails?.dbInstanceIdentifier;
  const role = resource?.rdsDbUserDetails?.user;
  if (account !== place.account || !successful.test(type) || instance === undefined || role === undefined)
    return undefined;
  const databases = Object.entries(place.databases)
    .filter(([, one]) => one.instance === instance || one.replicas.includes(instance))
    .map(([database]) => database);
  if (databases.length === 0) return undefined;
  return {
    ...{ account, region, stage: place.stage, alarmName: `GuardDuty finding ${id}`, kind: 'leaked-credential' },
    ...{ level: null, bearer: { of: 'instance', name: instance }, databases, role },
  };
}
