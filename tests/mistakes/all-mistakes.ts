import { alert } from './areas/alert.ts';
import { alertPath } from './areas/alert-path.ts';
import { asl } from './areas/asl.ts';
import { domain } from './areas/domain.ts';
import { functions } from './areas/functions.ts';
import { health } from './areas/health.ts';
import { leakedCredential } from './areas/leaked-credential.ts';
import { lease } from './areas/lease.ts';
import { logs } from './areas/logs.ts';
import { operator } from './areas/operator.ts';
import { packaging } from './areas/packaging.ts';
import { pause } from './areas/pause.ts';
import { pg } from './areas/pg.ts';
import { promotion } from './areas/promotion.ts';
import { remediation } from './areas/remediation.ts';
import { reporting } from './areas/reporting.ts';
import { resources } from './areas/resources.ts';
import { restore } from './areas/restore.ts';
import { restoreForUse } from './areas/restore-for-use.ts';
import { sandbox } from './areas/sandbox.ts';
import { shared } from './areas/shared.ts';
import { type MistakesInFile, mistakesOf } from './mistake.ts';

const areas: Readonly<Record<string, readonly MistakesInFile[]>> = {
  alert,
  'alert-path': alertPath,
  domain,
  health,
  pg,
  shared,
  reporting,
  functions,
  asl,
  resources,
  packaging,
  operator,
  restore,
  'restore-for-use': restoreForUse,
  remediation,
  'leaked-credential': leakedCredential,
  promotion,
  sandbox,
  lease,
  logs,
  pause,
};

export const areaNames = Object.keys(areas);
export const allMistakes = Object.entries(areas).flatMap(([area, files]) => mistakesOf(area, files));
