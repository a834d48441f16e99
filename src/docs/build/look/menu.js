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
}).observe(document.documentElement, { childList: true, subtree: true });
