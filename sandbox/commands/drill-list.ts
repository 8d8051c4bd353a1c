import { commentOf, eventFilesOf, loadDrill, workflowNames } from '../workflows/drill.ts';

const alarms = [
  'npm run drill -- alarms',
  '  Drives every alarm on health over its line on real servers, and what looks like it and must stay quiet.',
  '  laptop  two minutes',
  '  AWS     it runs on a laptop only',
];

/** What each workflow proves or changes, how long a run takes on a laptop, what it costs at AWS, and its event files. */
export async function drillListLines(): Promise<string[]> {
  const blocks = await Promise.all(
    workflowNames().map(async (workflow) => {
      const { lasts, costs, event } = await loadDrill(workflow);
      const others = eventFilesOf(workflow).filter((file) => file !== event);
      return [
        `npm run drill -- ${workflow}`,
        `  ${commentOf(workflow)}`,
        `  laptop  ${lasts}`,
        `  AWS     ${costs}`,
        `  events  ${event}${others.length === 0 ? '' : ' (default)'}`,
        ...others.map((file) => `          ${file}`),
        '',
      ];
    }),
  );
  return [...blocks.flat(), ...alarms];
}
