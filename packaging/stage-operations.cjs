// What operations.yml says of the stage that is packaged, for generators of resources, which Serverless takes as CommonJS
// only. Faults are told by validate-operations.
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { parse } = require('yaml');

exports.readStage = async (resolveVariable) => {
  const stage = await resolveVariable('sls:stage');
  const file = path.resolve(__dirname, '..', process.env.OPERATIONS_FILE ?? 'operations.yml');
  return { stage, policy: parse(readFileSync(file, 'utf8'))?.stages?.[stage] ?? {} };
};
