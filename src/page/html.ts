/** A piece of HTML: what came from outside is escaped in it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: a list is joined, `undefined` and `false` are nothing, all else but HTML is escaped. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** Writes HTML; whatever is put in is escaped unless it is HTML itself. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.reduce((text, part, index) => text + written(contents[index - 1]) + part));
}

/** For text that we wrote ourselves, such as a style sheet. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** JSON inside a script element: no character of it can end the element or open a comment. */
export function json(value: unknown): Html {
  return new Html(
    JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029"),
  );
}

function written(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "object") return content.map(written).join("");
  return escapeHtml(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
