import type { Names } from './names.ts';

/** One task that is retried, and whose failure is reported: what every machine of the house must have. */
export const machineText = ({ name, task, state }: Names) => `# ${name}: not written yet.
Comment: Reports nothing yet; what ${name} finds comes here.
QueryLanguage: JSONata
TimeoutSeconds: 900 # an attempt takes a minute at most
StartAt: ${state}
States:
  ${state}:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments:
      FunctionName: { Fn::GetAtt: [${task}, Arn] }
      Payload:
        executionName: '{% $states.context.Execution.Name %}'
        request: '{% $states.context.Execution.Input %}'
    Assign:
      report: '{% $states.result.Payload %}'
      failure: null
    TimeoutSeconds: 90
    Retry: \${file(statemachines/retries.yml):aws}
    Catch:
      - ErrorEquals: [States.DataLimitExceeded] # whether States.ALL means it is reported in two ways
        Assign: &assign1
          report: null
          failure:
            state: '{% $states.context.State.Name %}'
            error: '{% $states.errorOutput.Error %}'
            cause: "{% $boolean($states.errorOutput.Cause) ? $states.errorOutput.Cause : 'no cause is given' %}"
        Next: Reported
      - ErrorEquals: [States.ALL]
        Assign: *assign1
        Next: Reported
    Next: Reported

  Reported:
    Type: Succeed
    Output:
      report: '{% $report %}'
      failure: '{% $failure %}'
`;
