import type { Operation, RequestTarget } from "../flow/job.js";
import type { HttpView } from "./http-view.js";

const PORTS: ReadonlyMap<string, number> = new Map([
  ["http:", 80],
  ["https:", 443],
]);

/** How the paths of AI APIs end. */
const OPERATIONS: readonly (readonly [RegExp, Operation])[] = [
  // OpenAI and all that follow it, Anthropic, Cohere, Ollama; Bedrock's converse and converse-stream
  [/\/(?:chat\/completions|messages|responses|chat|converse(?:-stream)?)$/, "chat"],
  [/\/(?:completions|generate)$/, "text_completion"],
  // OpenAI and its like; Cohere and Ollama; Google
  [/(?:\/embeddings|\/embed|:(?:batchE|e)mbedContents?)$/, "embeddings"],
  [/:(?:streamG|g)enerateContent$/, "generate_content"],
];

/** Where a request goes. */
export function targetOf({ address, method, model }: HttpView): RequestTarget {
  const port = address.port === "" ? PORTS.get(address.protocol) : Number(address.port);
  const operation = operationOf(address.pathname);
  return {
    scheme: address.protocol.slice(0, -1),
    host: address.hostname,
    ...(port === undefined ? {} : { port }),
    method,
    ...(model === undefined ? {} : { model }),
    ...(operation === undefined ? {} : { operation }),
  };
}

/** What a path of an AI API asks for, where its end is one that is known. */
export function operationOf(path: string): Operation | undefined {
  return OPERATIONS.find(([end]) => end.test(path))?.[1];
}
