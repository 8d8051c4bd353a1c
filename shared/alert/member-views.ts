import type { Incident } from '../contracts/alert/alert.ts';
import { isOpenMember } from '../domain/alert/incident.ts';
import { measured } from '../domain/alert/question.ts';
import type { MemberView } from '../report/alert/incident-page.ts';

/** What is wrong now; of an incident that is over, all that was. */
export function memberViews({ members }: Incident): MemberView[] {
  const all = Object.entries(members);
  const open = all.filter(([, member]) => isOpenMember(member));
  return (open.length > 0 ? open : all).map(([name, member]) => ({
    // Both stand on the page by themselves.
    title: member.description.replace(/ *Runbook: \S+| *Severity P\d\./g, '') || name,
    reason: member.reason,
    measured: measured(member),
    runbook: member.runbook,
    isOver: !isOpenMember(member),
  }));
}
