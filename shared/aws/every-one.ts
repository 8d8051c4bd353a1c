/** Every item of every page, as `make` sees it. A page that is not to be had ends it: half a list is none. */
export async function everyOne<Page, Item, Made>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  make: (item: Item) => Made,
): Promise<Made[]> {
  const made: Made[] = [];
  for await (const page of pages) made.push(...(itemsOf(page) ?? []).map(make));
  return made;
}
