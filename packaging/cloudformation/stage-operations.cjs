// What operations.yml says of the stage that is packaged, for generators of resources, which Serverless takes as CommonJS
// only. Faults are reported by validate-operations.
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { parse } = require('yaml');

exports.readStage = async (resolveVariable) => {
  const stage = await resolveVariable('sls:stage');
  const file = path.resolve(__dirname, '../..', process.env.OPERATIONS_FILE ?? 'operations.yml');
  const { stages, costs, health, alert, logs, platform } = parse(readFileSync(file, 'utf8')) ?? {};
  return {
    ...{ stage, policy: stages?.[stage] ?? {}, costs: costs ?? {}, health: health ?? {} },
    ...{ alert: alert ?? {}, logs: logs ?? {}, platform: platform ?? {} },
  };
};
