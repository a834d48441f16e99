/** The element of the page that has this mark. */
export function at(name: string): HTMLElement {
  const place = document.querySelector<HTMLElement>(`[data-${name}]`);
  if (place === null) throw new Error(`BUG: the page has no place for ${name}`);
  return place;
}
