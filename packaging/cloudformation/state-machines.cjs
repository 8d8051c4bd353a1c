// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Serverless writes placeholders like this
// The state machines of workflows.yml, each with the role and the log group that frames.cjs makes.
const { camel, readWorkflows } = require('./workflows.cjs');

module.exports = async () => machinesOf(readWorkflows());

const machinesOf = (workflows) =>
  Object.fromEntries(
    workflows.map(({ name, id, file }) => [
      camel(name),
      {
        id, // so that logical ids do not carry the stage
        name: `${name}-\${sls:stage}`,
        role: { 'Fn::GetAtt': [`${id}MachineRole`, 'Arn'] },
        tracingConfig: { enabled: true },
        loggingConfig: {
          level: 'ERROR',
          includeExecutionData: false,
          destinations: [{ 'Fn::GetAtt': [`${id}Logs`, 'Arn'] }],
        },
        definition: `\${file(${file})}`,
      },
    ]),
  );
module.exports.machinesOf = machinesOf;
