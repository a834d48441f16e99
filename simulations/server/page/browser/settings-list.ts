import type { LivePage } from "./kit.js";

/** Fills a list of terms with what the server was told to be, each setting as JSON has it. */
export function settingsList(page: LivePage, list: Element, settings: Readonly<Record<string, unknown>>): void {
  if (list.childElementCount > 0) return;
  for (const [name, value] of Object.entries(settings)) {
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    const text = isPlain ? String(value) : JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ");
    list.append(page.element("dt", { text: name }), page.element("dd", {}, page.element("code", { text })));
  }
}
