import { StatesError } from '../../../asl/states-error.ts';
import { AwsError } from '../../../wire/aws-error.ts';
import { javaClassName } from './java-names.ts';

/** Codes that any service answers and that its model does not have: the AWS SDK for Java has no class for them. */
const commonCodes = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InternalFailure',
  'InvalidClientTokenId',
  'InvalidParameterValue',
  'InvalidParameterCombination',
  'MissingParameter',
  'NotImplemented',
  'RequestExpired',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'UnrecognizedClientException',
  'ValidationError',
  'ValidationException',
]);

export type ServiceNames = {
  /** Before the dot of the error name. */
  readonly prefix: string;
  /** The error of everything that the service does not model. */
  readonly general: string;
  /** As the cause names the service. */
  readonly serviceName: string;
  /** The shape names of the modelled errors, for an `aws-sdk` integration. */
  readonly modelled?: ReadonlySet<string>;
};

/**
 * A service's error as Step Functions reports it: named after the exception class of the AWS SDK for Java, which is the
 * service's own class (`Rds.RdsException`) for an error that the service does not model.
 */
export function serviceFailure(thrown: unknown, names: ServiceNames): StatesError {
  if (thrown instanceof StatesError) {
    return thrown;
  }
  if (!(thrown instanceof AwsError)) {
    return new StatesError(`${names.prefix}.SdkClientException`, String(thrown));
  }
  const { code, message, status } = thrown;
  const cause = `${message} (Service: ${names.serviceName}, Status Code: ${status})`;
  if (names.modelled === undefined) {
    const name = code.endsWith('Exception') ? code : `${code}Exception`;
    return new StatesError(`${names.prefix}.${commonCodes.has(code) ? names.general : name}`, cause);
  }
  return new StatesError(`${names.prefix}.${names.modelled.has(code) ? exceptionName(code) : names.general}`, cause);
}

/** `DBSnapshotNotFoundFault` is `DbSnapshotNotFoundException`; `NoSuchKey` is `NoSuchKeyException`. */
export function exceptionName(code: string): string {
  return `${javaClassName(code.replace(/(Fault|Exception|Error)$/, ''))}Exception`;
}
