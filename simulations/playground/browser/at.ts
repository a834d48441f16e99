/** The element that bears `data-NAME`. @throws where the page has none */
export function at<Type extends HTMLElement = HTMLElement>(name: string): Type {
  const found = document.querySelector<Type>(`[data-${name}]`);
  if (found === null) throw new Error(`BUG: the page has no [data-${name}]`);
  return found;
}

/** Writes what has changed, and leaves alone what hasn't. */
export function write(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
