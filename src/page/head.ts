import { type Content, type Html, html, trusted } from "./html.js";

/** What the head of one page differs from another's by. */
export interface HeadParts {
  readonly title: string;
  /** Its style sheets, in the order in which they count. */
  readonly styles: readonly string[];
  /** What it may load and run, where no server says so. */
  readonly policy?: string;
  /** What else stands in it. */
  readonly more?: Content;
}

/** How every page begins. */
export function pageHead({ title, styles, policy, more }: HeadParts): Html {
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">${
    policy !== undefined &&
    html`
<meta http-equiv="Content-Security-Policy" content="${policy}">`
  }${more}
<title>${title}</title>
${styles.map((style) => html`<style>${trusted(style)}</style>\n`)}</head>`;
}
