import { createServer } from "node:http";
import { createSluice } from "sluice";
import { dashboard } from "sluice/dashboard";

// A program with a live page in its own server, mounted as the README says, on whatever runs this. It says where, and ends when it is told to.
const sluice = createSluice();
const live = dashboard(sluice, { path: "/sluice" });
const hostname = "127.0.0.1";

/** Gives the port, and how the server ends. */
function serve() {
  if (globalThis.Bun !== undefined) {
    const server = Bun.serve({ hostname, port: 0, fetch: (request, server) => live.fetch(request, server) });
    return { port: server.port, end: () => server.stop(true) };
  }
  if (globalThis.Deno !== undefined) {
    const server = Deno.serve({ hostname, port: 0, onListen() {} }, (request, info) => live.fetch(request, info));
    return { port: server.addr.port, end: () => server.shutdown() };
  }
  const server = createServer(live);
  return new Promise((resolve) => {
    server.listen(0, hostname, () => resolve({ port: server.address().port, end: () => server.close() }));
  });
}

const { port, end } = await serve();
console.log(live.urlAt(`http://${hostname}:${port}`));

const key = 'a model </script><img src=x onerror="fail()">';
const asking = setInterval(
  () => sluice.schedule(async () => ({ status: 200, headers: {} }), { key }).catch(() => {}),
  50,
);

process.stdin.once("data", async () => {
  clearInterval(asking);
  await sluice.close();
  await end();
  process.stdin.unref?.();
  process.stdin.destroy();
});
