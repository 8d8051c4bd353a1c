import type { DatabasePolicy } from '../../shared/policy/schema.ts';

/** The command that brings a database to what operations.yml asks of it. */
export function commandWords(databaseName: string, capabilities: DatabasePolicy['capabilities']): string {
  const words = Object.keys(capabilities).map((capability) => `--capability ${capability}`);
  const roles = capabilities.fence?.roles.map((role) => `--fence-role ${role}`) ?? [];
  const publication = capabilities.replicate?.publication;
  return [
    `npm run bootstrap-database -- ${databaseName}`,
    ...words,
    ...roles,
    ...(capabilities.replicate?.owners?.map((owner) => `--owner ${owner}`) ?? []),
    ...(publication === undefined ? [] : [`--publication ${publication}`]),
  ].join(' ');
}
