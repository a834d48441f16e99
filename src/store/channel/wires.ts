import { BroadcastChannel, threadId } from "node:worker_threads";
import { type Answer, type Question, toAnswer } from "./message.js";

/** How the one that holds the store is spoken to. */
export interface Wire {
  readonly name: string;
  /** Who speaks. */
  readonly from: number;
  /** Where the one that holds the store is called so. */
  readonly where: string;
  /** Sends a question; `onFailed` where it can't be sent. */
  post(question: Question, onFailed: (error: Error) => void): void;
  /** Hands on each answer that is for us. */
  listen(onAnswer: (answer: Answer) => void): void;
}

/** From a thread to the main thread. It doesn't keep the thread alive. */
export function threadWire(name: string): Wire {
  const channel = channelOf(name);
  return {
    name,
    from: threadId,
    where: "the main thread",
    post: (question) => channel.postMessage(question),
    listen: (onAnswer) => {
      channel.onmessage = ({ data }) => {
        const answer = toAnswer(data, name);
        if (answer?.to === threadId) onAnswer(answer);
      };
    },
  };
}

/** From a worker of a cluster to the primary. Who outlives the primary is told so each time. */
export function workerWire(name: string): Wire {
  return {
    name,
    from: process.pid,
    where: "the cluster's primary",
    post(question, onFailed) {
      if (!process.connected) return onFailed(new Error("the cluster's primary is gone"));
      process.send?.(question, undefined, undefined, (error) => {
        if (error !== null) onFailed(error);
      });
    },
    listen: (onAnswer) => {
      process.on("message", (message) => {
        const answer = toAnswer(message, name);
        if (answer !== undefined) onAnswer(answer);
      });
    },
  };
}

/** The broadcast of all threads of this process that know the name; nobody stays alive for it. */
export function channelOf(name: string): Broadcast {
  const channel = new BroadcastChannel(`sluice:${name}`) as unknown as Broadcast;
  channel.unref();
  return channel;
}

/** What is used of it; Node's types and the DOM's disagree. */
interface Broadcast {
  onmessage: (event: { readonly data: unknown }) => void;
  postMessage(message: unknown): void;
  unref(): void;
}
