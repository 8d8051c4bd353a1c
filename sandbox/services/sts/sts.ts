import * as client from '@aws-sdk/client-sts';
import type { Credentials } from '../../credentials.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';

export type StsDeps = {
  readonly credentials: Credentials;
  /** Whether the template declares the role; absent: every role exists. */
  readonly roleExists?: (roleArn: string) => boolean;
};

export function makeSts({ credentials, roleExists }: StsDeps): Service {
  return {
    id: 'sts',
    client,
    operations: {
      GetCallerIdentity: (_input: client.GetCallerIdentityCommandInput, { caller }: CallContext) => ({
        Account: caller.account,
        Arn: caller.arn,
        UserId:
          caller.roleName === undefined ? caller.accessKeyId : `${caller.accessKeyId}:${caller.arn.split('/').pop()}`,
      }),

      AssumeRole: (input: client.AssumeRoleCommandInput, { caller }: CallContext): client.AssumeRoleCommandOutput => {
        const roleArn = input.RoleArn ?? '';
        if (roleExists !== undefined && !roleExists(roleArn)) {
          const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
          throw new AwsError('AccessDenied', message, { status: 403 });
        }
        const session = input.RoleSessionName ?? '';
        const issued = credentials.issue(roleArn, session, input.DurationSeconds);
        const roleName = roleArn.split('/').pop();
        return {
          Credentials: {
            AccessKeyId: issued.accessKeyId,
            SecretAccessKey: issued.secretAccessKey,
            SessionToken: issued.sessionToken,
            Expiration: issued.expiration,
          },
          AssumedRoleUser: {
            Arn: `arn:aws:sts::${credentials.account}:assumed-role/${roleName}/${session}`,
            AssumedRoleId: `${issued.accessKeyId}:${session}`,
          },
          $metadata: {},
        };
      },
    },
  };
}
