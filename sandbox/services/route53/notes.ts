import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Route 53',
  limits: [
    'Zones, records by failover and health checks come from templates; calls change simple CNAME records: CNAME records, simple or by failover, and checks of type CLOUDWATCH_METRIC, which follow the data of their alarm as they were 30 s before, whether or not alarms are evaluated.',
    'A resolver on UDP answers for every network and remembers for the time to live; hosts that a record leads to are at 127.0.0.1, each at the port of its instance, and one certificate names all of them.',
    'The control plane answers in us-east-1 only, and is gone with it.',
  ],
  lookedFor: ['CreateHostedZone', 'GetHealthCheckStatus'],
};
