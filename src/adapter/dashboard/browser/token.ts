import { statedReason } from "../../../page/browser/follow.js";

/** The token of this address. It stands behind `#`, so that no server, no log and no other page is told of it. */
export const TOKEN = {
  header: "sluice-token",
  text: new URLSearchParams(location.hash.slice(1)).get("token") ?? "",
};

/** Why a request was refused, in the server's own words. */
export async function reasonOf(response: Response): Promise<string> {
  if (response.status === 401) return "it has another token than this address; 'sluice watch' has the new one";
  return statedReason(response);
}
