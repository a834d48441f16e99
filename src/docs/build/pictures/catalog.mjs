/**
 * Pictures of the guides: what each shows, and the command that makes its page, of which the first chart of each run is taken.
 * `height` is how much room they have, in pixels at 800 wide.
 */
export const PICTURES = {
  "ten-a-second": {
    shows: "A limit of ten a second that nobody tells: found from a cold start, then asked about with small teeth",
    command: "sluice simulate s01 --contestant sluice --seeds 1 --report page.html",
    height: 325,
  },
  "down-and-up": {
    shows: "A limit of 40 a second falls to 10 and comes back, and no header says so",
    command: "sluice simulate s06 --contestant sluice --seeds 1 --report page.html",
    height: 325,
  },
  "window-told": {
    shows: "600 requests a minute in a fixed window whose end every answer tells",
    command: "sluice simulate s07 --seeds 1 --report page.html",
    height: 325,
  },
  outage: {
    shows: "The server is down for half a minute: one probe at a time, then a ramp back",
    command: "sluice simulate s13 --contestant sluice --seeds 1 --report page.html",
    height: 325,
  },
  laws: {
    shows: "The same world for the plateau law and for plain additive increase, multiplicative decrease",
    command: "sluice simulate s01 --contestant sluice --contestant sluice-aimd --seeds 1 --report page.html",
    height: 640,
  },
};
