import { at } from "../../../../src/page/browser/place.js";
import { themed } from "../../../../src/page/browser/themed.js";
import { watch } from "../../../../src/page/browser/watch.js";
import type { Message } from "../message.js";
import { charts } from "./charts.js";
import { Picture } from "./picture.js";
import { show } from "./show.js";

/** Follows the server that this page is of, shows it, and says so where nobody is there. */
export function start(): void {
  const picture = new Picture();
  const place = at("charts");
  const select = at<HTMLSelectElement>("span");
  const drawn = charts(place);
  const look = (): void => {
    if (picture.now !== undefined) show(picture.now, drawn, Number(select.value));
  };
  select.addEventListener("change", look);
  new ResizeObserver(look).observe(place);
  themed(() => drawn.redraw());
  void watch<Message>(
    { url: "/__events" },
    {
      who: "The server",
      onMessage(message) {
        if (message.type !== "ended") picture.take(message);
        look();
      },
    },
  );
}
