import { forgetColours } from "./paint.js";

/** Lets the reader choose between light and dark; canvases are drawn again, since they can't follow a style sheet. */
export function themed(redraw: () => void): void {
  const themes = ["auto", "light", "dark"];
  const repaint = (): void => {
    forgetColours();
    redraw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  const button = document.querySelector<HTMLButtonElement>("button[data-theme-button]");
  button?.addEventListener("click", () => {
    const now = document.documentElement.dataset["theme"] ?? "auto";
    const next = themes[(themes.indexOf(now) + 1) % themes.length] ?? "auto";
    document.documentElement.dataset["theme"] = next;
    button.textContent = `Colours: ${next}`;
    repaint();
  });
}
