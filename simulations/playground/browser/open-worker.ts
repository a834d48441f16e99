import type { Word } from "../message.js";
import type { Ears, Simulator } from "./session.js";

/** Starts the worker that stands in the page as text. */
export function openWorker(ears: Ears): Simulator {
  // As a file of its own a page that was opened from a file may not load it.
  const text = document.getElementById("worker")?.textContent ?? "";
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  worker.onmessage = ({ data }: MessageEvent<Word>) => ears.heard(data);
  worker.onerror = (event) => {
    event.preventDefault();
    ears.died(event.message === "" ? "it stopped" : event.message);
  };
  worker.onmessageerror = () => ears.died("what it said can't be read");
  return { send: (order) => worker.postMessage(order), end: () => worker.terminate() };
}
