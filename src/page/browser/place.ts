/** The element of the page that bears `data-NAME`. Throws where the page has none: that would be a defect of ours. */
export function at<Type extends HTMLElement = HTMLElement>(name: string): Type {
  const place = document.querySelector<Type>(`[data-${name}]`);
  if (place === null) throw new Error(`BUG: the page has no place for ${name}`);
  return place;
}

/** Writes what has changed, and leaves alone what hasn't. */
export function write(place: Element, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
