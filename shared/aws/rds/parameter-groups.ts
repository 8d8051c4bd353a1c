import { paginateDescribeDBParameters, RDSClient } from '@aws-sdk/client-rds';
import { InvalidOperationsError } from '../../errors.ts';
import { callAws, undefinedWhen } from '../call.ts';

export type ParameterGroups = {
  /** Values by name, of the parameters that have one. Throws InvalidOperationsError when there is no such group. */
  valuesOf(group: string): Promise<Record<string, string>>;
};

export function makeParameterGroups(client = new RDSClient({ maxAttempts: 5 })): ParameterGroups {
  return {
    async valuesOf(group) {
      const found = await callAws(`read parameter group '${group}'`, async (options) => {
        const values: Record<string, string> = {};
        for await (const page of paginateDescribeDBParameters({ client }, { DBParameterGroupName: group }, options)) {
          for (const { ParameterName = '', ParameterValue } of page.Parameters ?? []) {
            if (ParameterValue !== undefined) values[ParameterName] = ParameterValue;
          }
        }
        return values;
      }).catch(undefinedWhen('DBParameterGroupNotFoundFault', 'DBParameterGroupNotFound'));
      if (found !== undefined) return found;
      throw new InvalidOperationsError(`parameter group '${group}' does not exist in this region`, {
        hints: ["Make it, or correct 'copyParameterGroup' of the database in operations.yml and deploy."],
      });
    },
  };
}
