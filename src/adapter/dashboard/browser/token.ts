/** The token of this address. It stands behind `#`, so that no server, no log and no other page is told of it. */
export const TOKEN = {
  header: "sluice-token",
  text: new URLSearchParams(location.hash.slice(1)).get("token") ?? "",
};
