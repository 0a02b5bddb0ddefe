// Runs when a question is asked (data-turn: the id of its turn) and when it is answered (data-said: for screen readers).
// Nothing here handles article text as markup: it only scrolls, and sets textContent.
(() => {
  const { turn: id, said } = document.currentScript.dataset;

  let live = document.getElementById("fn-live");
  if (!live) {
    live = document.createElement("div");
    live.id = "fn-live";
    live.setAttribute("role", "status");
    live.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
    document.body.append(live);
  }
  // A live region is read out when it changes after it has been put into the page.
  requestAnimationFrame(() => { live.textContent = said ?? ""; });

  if (id) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    document.getElementById(id)?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  }
})();
