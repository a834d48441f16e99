import type { RunView } from "../../../cli/batch/page/run-view.js";
import { tableRows } from "../../../page/browser/table-rows.js";
import { themed } from "../../../page/browser/themed.js";
import type { Message } from "../message.js";
import { budgetRows } from "./budgets-part.js";
import { write } from "./card.js";
import { Cards } from "./cards-part.js";
import { type Command, command } from "./control.js";
import { showDecisions } from "./decisions-part.js";
import { Picture } from "./picture.js";
import { at } from "./place.js";
import { showRun } from "./run-part.js";
import { follow } from "./stream.js";
import { TOKEN } from "./token.js";
import { showTraffic, type Traffic } from "./traffic-part.js";
import { clockText } from "./words.js";

const KINDS = { run: "run", proxy: "proxy", program: "live" } as const;

/** Follows the program that this page is of, shows it, and says so where nobody is there. */
export function start(): void {
  const base = location.pathname.replace(/\/*$/, "/");
  const picture = new Picture();
  const select = at("span") as HTMLSelectElement;
  const cards = new Cards(at("cards"), (what) => void say(what));
  let isOver = false;

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
    document.documentElement.dataset["connection"] = isOn ? "on" : "off";
    for (const each of document.querySelectorAll<HTMLInputElement>(".controls button, .controls input, [data-hold]")) {
      each.disabled = !isOn;
    }
  };
  const onMessage = (message: Message): void => {
    at("gone").hidden = true;
    if (message.type === "ended") {
      isOver = true;
      if (message.extra !== undefined) picture.extra = message.extra;
      write(at("link"), `over since ${clockText(message.atMs)}`);
      at("over").hidden = false;
    } else {
      isOver = false;
      picture.take(message);
      write(at("link"), "live");
      at("over").hidden = true;
    }
    show();
    controllable(!isOver);
  };
  const onGone = (why: string): void => {
    controllable(false);
    if (isOver) return;
    const seen = picture.atMs === 0 ? "" : ` What you see is how it was at ${clockText(picture.atMs)}.`;
    write(at("gone"), `Its program does not answer (${why}).${seen} Trying again.`);
    write(at("link"), "gone");
    at("gone").hidden = false;
  };

  themed(() => cards.redraw());
  window.addEventListener("hashchange", () => location.reload());
  select.addEventListener("change", show);
  new ResizeObserver(() => cards.show(picture, Number(select.value))).observe(at("cards"));
  at("hold").addEventListener("click", () => {
    void say({ do: at("hold").dataset["held"] === "true" ? "resume" : "pause" });
  });
  controllable(false);
  if (TOKEN.text === "") {
    write(at("gone"), "This address has no token: 'sluice watch' opens the page with it.");
    write(at("link"), "no token");
    at("gone").hidden = false;
    return;
  }
  void follow(base, { onMessage, onGone });
}
