// Steps through the citations by the arrow keys, marks all parts of the current one, and says to screen readers which it
// is. It is the one that the address names after its #: the links, its marking and the focus work without this script.
(() => {
  const steps = document.getElementsByClassName("steps");
  const live = document.getElementById("live");
  // By the address itself: when this script begins, the browser may not have gone there yet.
  const current = () => document.getElementById(location.hash.slice(1))?.closest(".text [tabindex]");

  // In place of the current entry of the history: one step back leads to where the reader came from.
  const go = (link) => { if (link) location.replace(link.hash); };

  const announce = () => {
    for (const old of document.querySelectorAll("mark.current")) old.classList.remove("current");
    for (const old of document.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
    const mark = current();
    if (!mark) return;
    mark.setAttribute("aria-current", "true");
    for (const part of document.getElementsByClassName(mark.id)) part.classList.add("current");
    const shown = mark.nextElementSibling;
    live.textContent = `${shown.getAttribute("aria-label")}: ${shown.querySelector("span").textContent}`;
  };

  document.addEventListener("click", (event) => {
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link = event.target.closest?.(".steps a, .count, .number");
    if (!link || !plain) return;
    event.preventDefault();
    go(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !["ArrowRight", "ArrowLeft"].includes(event.key) || !steps.length) return;
    // Before the first step, forward is the first citation and back the last; one alone has no links, only the count.
    const from = current()?.nextElementSibling ?? (event.key === "ArrowLeft" ? steps[0] : null);
    go(from?.querySelector(event.key === "ArrowRight" ? "[rel=next]" : "[rel=prev]") ?? document.querySelector(".count"));
  });

  // Shown by the page in a dialog of its own: the way back is to close it.
  const dialog = window.frameElement?.closest("dialog");
  if (dialog) {
    document.documentElement.classList.add("framed");
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") dialog.close(); });
  }

  addEventListener("hashchange", announce);
  announce();
})();
