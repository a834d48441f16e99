import type { Random } from "../../random.js";
import type { Part } from "./plan.js";
import type { Text } from "./texts.js";

/** Together's guide: up to so many texts in one embeddings request. */
const TEXTS_A_REQUEST = 20;

/** A line of a requests file. */
export interface RequestLine {
  readonly custom_id: string;
  readonly method: "POST";
  readonly url: string;
  readonly body: { readonly model: string } & Record<string, unknown>;
}

/** Makes the requests of all parts, mixed as a real job would have them. */
export function makeRequests(parts: readonly Part[], texts: readonly Text[], random: Random): readonly RequestLine[] {
  const pick = (): Text => texts[Math.floor(random() * texts.length)] ?? { file: "", text: "" };
  const queues = parts.map((part) =>
    Array.from({ length: part.requests }, (_, index): RequestLine => {
      const id = `${part.kind}-${String(index + 1).padStart(4, "0")}`;
      return part.kind === "chat" ? chat(id, part.model, pick(), random) : embeddings(id, part.model, pick, random);
    }),
  );
  // Each part is spread evenly over the file, so that none waits for the end of another.
  return queues
    .flatMap((queue) => queue.map((line, index) => ({ line, place: (index + 0.5) / queue.length })))
    .sort((a, b) => a.place - b.place)
    .map(({ line }) => line);
}

function chat(id: string, model: string, { file, text }: Text, random: Random): RequestLine {
  const messages = [
    { role: "system", content: "Summarize the passage in one sentence." },
    { role: "user", content: `From ${file}:\n\n${text}` },
  ];
  const body = { model, messages, max_tokens: 20 + Math.floor(random() * 60) };
  return { custom_id: id, method: "POST", url: "/v1/chat/completions", body };
}

function embeddings(id: string, model: string, pick: () => Text, random: Random): RequestLine {
  const count = Math.ceil(random() * TEXTS_A_REQUEST);
  const body = { model, input: Array.from({ length: count }, () => pick().text) };
  return { custom_id: id, method: "POST", url: "/v1/embeddings", body };
}
