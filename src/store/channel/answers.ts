import cluster from "node:cluster";
import type { Store } from "../store.js";
import { answer, toQuestion } from "./message.js";
import { channelOf } from "./wires.js";

type Answering = Pick<Store, "compareAndSet">;

/** Answers the threads of this process. */
export function answerThreads(name: string, store: Answering): void {
  const channel = channelOf(name);
  channel.onmessage = ({ data }) => {
    const asked = toQuestion(data, name);
    if (asked !== undefined) store.compareAndSet(asked.ask, (reply) => channel.postMessage(answer(asked, reply)));
  };
}

/** Answers the workers of the cluster whose primary this process is, now and later. */
export function answerWorkers(name: string, store: Answering): void {
  cluster.on("message", (worker, message: unknown) => {
    const asked = toQuestion(message, name);
    if (asked === undefined) return;
    // One that is gone meanwhile hears nothing, and nothing comes of it here.
    store.compareAndSet(
      asked.ask,
      (reply) => worker.isConnected() && worker.process.send(answer(asked, reply), () => {}),
    );
  });
}
