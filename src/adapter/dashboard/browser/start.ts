import type { RunView } from "../../../cli/batch/page/run-view.js";
import { at, write } from "../../../page/browser/place.js";
import { tableRows } from "../../../page/browser/table-rows.js";
import { themed } from "../../../page/browser/themed.js";
import { sayGone, watch } from "../../../page/browser/watch.js";
import type { Message } from "../message.js";
import { budgetRows } from "./budgets-part.js";
import { Cards } from "./cards-part.js";
import { type Command, command } from "./control.js";
import { showDecisions } from "./decisions-part.js";
import { Picture } from "./picture.js";
import { showRun } from "./run-part.js";
import { reasonOf, TOKEN } from "./token.js";
import { showTraffic, type Traffic } from "./traffic-part.js";

const KINDS = { run: "run", proxy: "proxy", program: "live" } as const;

/** Follows the program that this page is of, shows it, and says so where nobody is there. */
export function start(): void {
  const base = location.pathname.replace(/\/*$/, "/");
  const picture = new Picture();
  const select = at("span") as HTMLSelectElement;
  const cards = new Cards(at("cards"), (what) => void say(what));

  const say = async (what: Command): Promise<void> => {
    const trouble = await command(base, what);
    at("refused").hidden = trouble === undefined;
    write(at("refused"), trouble === undefined ? "" : `That was not done: ${trouble}`);
  };
  const show = (): void => {
    const { about, rows, isAllPaused, decisions, extra } = picture;
    document.title = `${about.title} – sluice`;
    write(at("kind"), KINDS[about.kind]);
    write(at("title"), about.title);
    const held = [...rows.values()];
    const isHeld = held.length > 0 ? held.every(({ isPaused }) => isPaused === true) : isAllPaused;
    write(at("hold"), isHeld ? "Resume all" : "Pause all");
    at("hold").dataset["held"] = String(isHeld);
    at("empty").hidden = picture.charted.length > 0;
    at("some").hidden = picture.charted.length === 0;
    cards.show(picture, Number(select.value));
    showDecisions(at("decisions"), decisions);
    at("decisions-part").hidden = decisions.length === 0;
    tableRows(at("budgets"), budgetRows(rows.values()));
    at("budgets-part").hidden = rows.size === 0;
    if (about.kind === "run" && extra !== undefined) showRun(extra as RunView);
    if (about.kind === "proxy" && extra !== undefined) showTraffic(extra as Traffic);
  };
  const controllable = (isOn: boolean): void => {
    for (const each of document.querySelectorAll<HTMLInputElement>(".controls button, .controls input, [data-hold]")) {
      each.disabled = !isOn;
    }
  };
  const onMessage = (message: Message): void => {
    if (message.type !== "ended") picture.take(message);
    else if (message.extra !== undefined) picture.extra = message.extra;
    show();
  };

  themed(() => cards.redraw());
  window.addEventListener("hashchange", () => location.reload());
  select.addEventListener("change", show);
  new ResizeObserver(() => cards.show(picture, Number(select.value))).observe(at("cards"));
  at("hold").addEventListener("click", () => {
    void say({ do: at("hold").dataset["held"] === "true" ? "resume" : "pause" });
  });
  if (TOKEN.text === "") {
    controllable(false);
    sayGone("This address has no token: 'sluice watch' opens the page with it.", "no token");
    return;
  }
  const address = { url: `${base}events`, headers: { [TOKEN.header]: TOKEN.text }, reasonOf };
  void watch<Message>(address, { who: "Its program", onMessage, onConnection: controllable });
}
