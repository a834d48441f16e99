// The groups of guides stand open in the menu until somebody closes one. TypeDoc makes the menu when its script has run.
new MutationObserver((_, observer) => {
  const groups = document.querySelectorAll("#tsd-nav-container > li > details.tsd-accordion");
  if (groups.length === 0) return;
  observer.disconnect();
  for (const group of groups) {
    const { key } = group.querySelector("summary").dataset;
    const isTold = localStorage.getItem(`tsd-accordion-${key}`) !== null;
    if (!isTold && key !== "API") group.open = true;
  }
  for (const summary of document.querySelectorAll("#tsd-nav-container summary:has(a)")) takeLinkOut(summary);
}).observe(document.documentElement, { childList: true, subtree: true });

/** What opens and closes can't be a link too: keyboards and screen readers have one key for both. The link is the first of what it opens. */
function takeLinkOut(summary) {
  const link = summary.querySelector("a");
  const list = summary.parentElement.querySelector("ul");
  if (list === null) return;
  const name = document.createElement("span");
  name.append(...link.childNodes);
  link.replaceWith(name);
  link.append("Overview");
  link.setAttribute("aria-label", `Overview of ${name.textContent}`);
  const item = document.createElement("li");
  item.append(link);
  list.prepend(item);
}
