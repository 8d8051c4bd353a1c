import * as client from '@aws-sdk/client-route-53';
import { AwsError } from '../../wire/aws-error.ts';
import type { Service } from '../../wire/service.ts';
import { refuseMembers } from '../refuse-members.ts';
import { changeRecords, listRecords, listZones } from './change-records.ts';
import type { Zones } from './zones.ts';

/** The control plane, which is in us-east-1: what a promotion needs nothing of. */
export const makeRoute53 = (zones: Zones, now: () => number): Service => ({
  id: 'route53',
  client,
  operations: {
    ListHostedZonesByName: (input: client.ListHostedZonesByNameCommandInput) => {
      refuseMembers(input, ['DNSName']);
      return listZones(zones, input.DNSName);
    },
    ListResourceRecordSets: (input: client.ListResourceRecordSetsCommandInput) => listRecords(zones, input),
    ChangeResourceRecordSets: (input: client.ChangeResourceRecordSetsCommandInput) =>
      changeRecords(zones, input, new Date(now())),
    TestDNSAnswer: (input: client.TestDNSAnswerCommandInput) => {
      refuseMembers(input, ['HostedZoneId', 'RecordName', 'RecordType']);
      const id = input.HostedZoneId ?? '';
      if (!zones.zones.has(id)) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`);
      const record = zones.answer(input.RecordName ?? '', input.RecordType ?? '');
      return {
        Nameserver: 'ns-0.example.com',
        RecordName: input.RecordName,
        RecordType: input.RecordType,
        RecordData: [...(record?.values ?? [])],
        ResponseCode: record === undefined ? 'NXDOMAIN' : 'NOERROR',
        Protocol: 'UDP',
      };
    },
  },
});
