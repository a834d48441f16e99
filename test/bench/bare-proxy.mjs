import { createServer } from "node:http";
import { Agent } from "undici";

// A reverse proxy as one writes it by hand, on the undici call that `sluice proxy` makes, in a process of its own: node bare-proxy.mjs TARGET
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
const [origin] = process.argv.slice(2);
const HOP_BY_HOP = new Set(
  "connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade host".split(" "),
);

const server = createServer((request, response) => {
  const { url: path, method } = request;
  const body = request.headers["content-length"] === undefined ? null : request;
  agent.dispatch(
    { origin, path, method, headers: endToEnd(request.headers), body },
    {
      onRequestStart(controller) {
        response.once("close", () => {
          if (!response.writableFinished) controller.abort(new Error("the client has left"));
        });
      },
      onResponseStart(_, status, headers) {
        response.writeHead(status, endToEnd(headers));
      },
      onResponseData(controller, chunk) {
        if (response.write(chunk)) return;
        controller.pause();
        response.once("drain", () => controller.resume());
      },
      onResponseEnd() {
        response.end();
      },
      onResponseError() {
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end();
      },
    },
  );
});
server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
process.on("disconnect", () => process.exit());

function endToEnd(headers) {
  const kept = {};
  for (const name in headers) if (!HOP_BY_HOP.has(name)) kept[name] = headers[name];
  return kept;
}
