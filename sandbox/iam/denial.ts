import { AwsError } from '../wire/aws-error.ts';
import type { CallContext } from '../wire/service.ts';
import type { Decision } from './evaluate.ts';
import type { RequiredPermission } from './required/permission.ts';

type Refusal = { readonly code: string; readonly status: number };

/** The code that a service refuses with. Those that speak JSON say …Exception, and most of them with status 400. */
const CODES: Readonly<Record<string, Refusal>> = {
  states: { code: 'AccessDeniedException', status: 400 },
  secretsmanager: { code: 'AccessDeniedException', status: 400 },
  logs: { code: 'AccessDeniedException', status: 400 },
  events: { code: 'AccessDeniedException', status: 400 },
  lambda: { code: 'AccessDeniedException', status: 403 },
  // Its wire code is AuthorizationError.
  sns: { code: 'AuthorizationErrorException', status: 403 },
};
const COMMON: Refusal = { code: 'AccessDenied', status: 403 };

const REASONS = {
  'identity deny': 'with an explicit deny in an identity-based policy',
  'resource deny': 'with an explicit deny in a resource-based policy',
  boundary: 'with an explicit deny in a permissions boundary',
} as const;

/** What AWS answers to a call that is not permitted, in its words: people search for them. */
export function denial(
  { service, caller }: CallContext,
  permission: RequiredPermission,
  why: Extract<Decision, { allowed: false }>['why'],
): AwsError {
  if (service === 'rds' && permission.action.startsWith('kms:')) {
    // RDS does not say what was missing, nor that the key may be sound.
    const message = `The specified KMS key [${permission.resource}] does not exist, is not enabled or you do not have permissions to access it.`;
    return new AwsError('KMSKeyNotAccessibleFault', message);
  }
  const { code, status } = CODES[service] ?? COMMON;
  // S3 alone puts the resource in quotation marks.
  const resource = service === 's3' ? `"${permission.resource}"` : permission.resource;
  const isService = caller.roleName === undefined;
  const kind = isService || permission.action === 'sts:AssumeRole' ? 'resource-based' : 'identity-based';
  const reason =
    why === 'no statement' ? `because no ${kind} policy allows the ${permission.action} action` : REASONS[why];
  return new AwsError(
    code,
    `User: ${caller.arn} is not authorized to perform: ${permission.action} on resource: ${resource} ${reason}`,
    { status },
  );
}
