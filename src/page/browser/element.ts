/** Makes an element: whatever text comes from a server is text in it, and nothing else. */
export function element(
  tag: string,
  parts: {
    readonly text?: string;
    readonly class?: string;
    readonly scope?: "col" | "row";
    /** Any others, of our own making. */
    readonly attributes?: Readonly<Record<string, string>>;
  } = {},
  ...children: readonly Node[]
): HTMLElement {
  const made = document.createElement(tag);
  if (parts.text !== undefined) made.textContent = parts.text;
  if (parts.class !== undefined) made.className = parts.class;
  if (parts.scope !== undefined) made.setAttribute("scope", parts.scope);
  for (const [name, value] of Object.entries(parts.attributes ?? {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
