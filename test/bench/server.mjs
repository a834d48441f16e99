import { createServer } from "node:http";

// The fastest server there is: it reads the request and answers a chat completion, at /stream in events, without a limit.
const answer = JSON.stringify({
  id: "x",
  object: "chat.completion",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 100, completion_tokens: 1, total_tokens: 101 },
});
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    if (request.url === "/stream") return stream(response);
    response.writeHead(200, { "content-type": "application/json", "content-length": String(answer.length) });
    response.end(answer);
  });
});

const event = `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "word " } }] })}\n\n`;

function stream(response, left = 50) {
  if (left === 50) response.writeHead(200, { "content-type": "text/event-stream" });
  if (left === 0) return response.end("data: [DONE]\n\n");
  response.write(event);
  setImmediate(stream, response, left - 1);
}

server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}/v1/chat/completions`));
process.on("disconnect", () => process.exit());
