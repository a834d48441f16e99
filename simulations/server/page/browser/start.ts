import { timeText } from "../../../../src/page/browser/numbers.js";
import { themed } from "../../../../src/page/browser/themed.js";
import type { ServerState } from "../../http.js";
import { charts } from "./charts.js";
import { show } from "./show.js";

/** Asks for the state again and again, shows it, and says so where no answer comes. */
export function start(): void {
  const everyMs = 1_000;
  const patienceMs = 5_000;
  const place = document.querySelector("[data-charts]");
  const select = document.querySelector<HTMLSelectElement>("[data-span]");
  const gone = document.querySelector<HTMLElement>("[data-gone]");
  if (place === null || select === null || gone === null) return;
  const drawn = charts(place);
  let seenS = 0;

  const ask = async (): Promise<ServerState> => {
    const seconds = Number(select.value) + 2;
    const response = await fetch(`/__state?seconds=${seconds}`, { signal: AbortSignal.timeout(patienceMs) });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return (await response.json()) as ServerState;
  };
  const tell = (why: string): void => {
    gone.textContent = `The server does not answer (${why}). What you see is how it was at ${timeText(seenS)}; asking again.`;
    gone.hidden = false;
  };
  const look = async (): Promise<void> => {
    try {
      const state = await ask();
      show(state, drawn, Number(select.value));
      seenS = state.nowMs / 1_000;
      gone.hidden = true;
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
  };
  const lookAgain = async (): Promise<void> => {
    await look();
    setTimeout(lookAgain, everyMs);
  };
  void lookAgain();
  select.addEventListener("change", look);
  new ResizeObserver(look).observe(place);
  themed(() => drawn.redraw());
}
