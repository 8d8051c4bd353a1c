// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Serverless writes placeholders like this
// The functions of all folders: functions/<folder>/functions.yml says what differs, this what is the same for each.
const { functionLogs, kebab, pascal, readFunctions } = require('./workflows.cjs');

module.exports = async () => functionsOf(readFunctions());

const functionsOf = (functions) =>
  Object.fromEntries(
    functions.map(({ key, folder, statements: _, vpc, ...fields }) => [
      key,
      {
        handler: `functions/${folder}/${kebab(key)}.handler`,
        role: `${pascal(key)}Role`,
        disableLogs: true, // of its own: the functions of a folder share one, which frames.cjs makes
        logs: { logGroup: functionLogs(folder) },
        dependsOn: [`${pascal(folder)}FunctionLogs`],
        ...fields,
        ...(vpc === true ? { vpc: '${self:custom.vpc.${sls:stage}}' } : {}),
      },
    ]),
  );
module.exports.functionsOf = functionsOf;
