/** Where the playground is opened in the site, which has a copy of it. */
export function playground() {
  return "[**Open the playground**](pictures/playground.html). It is one page, simulates in your browser, and sends nothing anywhere.";
}
