import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'AWS STS',
  limits: ['External ids and session policies are not looked at.'],
  lookedFor: ['AssumeRoleWithWebIdentity', 'GetSessionToken', 'DecodeAuthorizationMessage'],
};
