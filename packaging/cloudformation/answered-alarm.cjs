// An alarm that people have to answer starts the workflow alert by its event, and notifies no topic: nobody is called twice. What it
// cannot say otherwise than in words is its severity.
exports.answered = (severity, { AlarmDescription, ...properties }) => ({
  AlarmDescription: `${AlarmDescription} Severity ${severity}.`.replace(/ (Runbook: \S+) (Severity \S+)$/, ' $2 $1'),
  ...properties,
});
