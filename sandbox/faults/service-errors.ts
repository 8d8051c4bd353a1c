import { AwsError } from '../wire/aws-error.ts';

type Code = { readonly code: string; readonly status: number };

/** What each service answers when it fails by itself. */
const FAILURES: Readonly<Record<string, Code>> = {
  s3: { code: 'InternalError', status: 500 },
  lambda: { code: 'ServiceException', status: 500 },
  secretsmanager: { code: 'InternalServiceError', status: 500 },
  sns: { code: 'InternalErrorException', status: 500 },
  events: { code: 'InternalException', status: 500 },
  logs: { code: 'ServiceUnavailableException', status: 503 },
};

/** What each service answers when it is asked too often. */
const THROTTLINGS: Readonly<Record<string, Code>> = {
  s3: { code: 'SlowDown', status: 503 },
  lambda: { code: 'TooManyRequestsException', status: 429 },
  rds: { code: 'Throttling', status: 400 },
  sns: { code: 'ThrottledException', status: 429 },
  sts: { code: 'Throttling', status: 400 },
  monitoring: { code: 'Throttling', status: 400 },
};

export function serviceError(service: string): AwsError {
  const { code, status } = FAILURES[service] ?? { code: 'InternalFailure', status: 500 };
  return new AwsError(code, 'We encountered an internal error. Please try again.', { status });
}

export function throttling(service: string): AwsError {
  const { code, status } = THROTTLINGS[service] ?? { code: 'ThrottlingException', status: 400 };
  return new AwsError(code, service === 's3' ? 'Please reduce your request rate.' : 'Rate exceeded', { status });
}
