import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The policy that goes into the bundles: operations.yml, or for the sandbox and its tests the file that OPERATIONS_FILE
 * names. serverless.yml itself reads region, network and schedule from operations.yml always.
 */
export const operationsFile = path.resolve(root, process.env.OPERATIONS_FILE ?? 'operations.yml');
export const operationsFileName = process.env.OPERATIONS_FILE ?? 'operations.yml';
