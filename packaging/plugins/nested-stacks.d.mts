type Hook =
  | 'after:aws:package:finalize:stripNullPropsFromTemplateResources'
  | 'before:aws:deploy:deploy:uploadArtifacts';
export default class NestedStacks {
  constructor(serverless: object, options: object);
  readonly hooks: Readonly<Record<Hook, () => Promise<void>>>;
}
