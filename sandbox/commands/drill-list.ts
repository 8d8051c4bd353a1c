import { commentOf, eventFilesOf, loadDrill, workflowNames } from '../workflows/drill.ts';

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
  return blocks.flat().slice(0, -1);
}
