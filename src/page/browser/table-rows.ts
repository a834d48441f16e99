import { element } from "./element.js";

/** What a cell of a table says; a number stands at the right. */
export type Cell = string | number | null;

/** Puts these rows into a table's body, the first cell of each as its header. What has not changed is left alone. */
export function tableRows(body: Element, rows: readonly (readonly Cell[])[]): void {
  const said = JSON.stringify(rows);
  if (body.getAttribute("data-said") === said) return;
  body.setAttribute("data-said", said);
  body.replaceChildren(
    ...rows.map((cells) =>
      element(
        "tr",
        {},
        ...cells.map((cell, index) => {
          const text = cell === null ? "–" : String(cell);
          if (index === 0) return element("th", { scope: "row", text });
          return element("td", { text, ...(typeof cell === "number" && { class: "number" }) });
        }),
      ),
    ),
  );
}
