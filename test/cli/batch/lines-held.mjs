// Prints, each in a line of its own, how many bytes a line of a file of requests takes, five times, in a process that does nothing else.
import { lineRequests } from "../../../dist/src/cli/batch/requests/requests.js";
import { noPast } from "../../../dist/src/cli/batch/results/past.js";
import { Router } from "../../../dist/src/cli/batch/servers.js";
import { readTasks, survey } from "../../../dist/src/cli/batch/survey.js";

function held() {
  for (let time = 0; time < 3; time++) globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Bytes that are held at the last line of a file of so many, looked at once and read again. */
async function bytesHeld(lines) {
  const router = new Router([{ baseUrl: new URL("http://server.invalid") }]);
  const requests = lineRequests(async function* () {
    for (let first = 0; first < lines; first += 1_000) {
      const ids = Array.from({ length: 1_000 }, (_, index) => `request-number-${first + index}`);
      const line = (id) => `{"custom_id":"${id}","url":"/v1/chat","body":{"model":"m","messages":["hello"]}}\n`;
      yield Buffer.from(ids.map(line).join(""));
    }
  }, router);
  const before = held();
  const past = noPast();
  const found = await survey(requests, past);
  let tasks = 0;
  let atTheEnd = 0;
  for await (const task of readTasks(requests, past)) {
    tasks += task.kind === "send" ? 1 : 0;
    if (tasks === lines) atTheEnd = held();
  }
  if (found.models.get("m")?.total !== lines || tasks !== lines)
    throw new Error(`${tasks} of ${lines} lines were read`);
  return atTheEnd - before;
}

await bytesHeld(20_000);
for (let look = 0; look < 5; look++) console.log(((await bytesHeld(100_000)) - (await bytesHeld(20_000))) / 80_000);
