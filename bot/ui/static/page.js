// The page's own script. It runs whenever a question is asked (data-turn: the id of its turn) and when it is answered
// (data-said: for screen readers), and listens once for all of the page. Nothing here handles the text of an article as
// markup: it moves, marks and copies elements that are there, and sets textContent.
(() => {
  const script = document.currentScript;
  const { turn: asked, said } = script.dataset;
  const { texts, verdicts } = (window.footnote ??= { texts: {}, verdicts: new Map() });
  Object.assign(texts, JSON.parse(script.dataset.texts || "{}"));
  if (texts.lang) document.documentElement.lang = texts.lang; // Streamlit's page says that it is English

  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const element = (id, make) => document.getElementById(id) ?? document.body.appendChild(make());
  const made = (tag, properties) => Object.assign(document.createElement(tag), properties);

  // A live region is read out when it changes after it has been put into the page.
  const tell = (text) => {
    const live = element("fn-live", () => {
      const region = made("div", { id: "fn-live", className: "fn-heard" });
      region.setAttribute("role", "status");
      return region;
    });
    requestAnimationFrame(() => { live.textContent = text; });
  };
  if (said !== undefined) tell(said);
  if (asked) {
    verdicts.delete(document.getElementById(asked)?.dataset.exchange);
    document.getElementById(asked)?.scrollIntoView({ behavior: calm, block: "start" });
  }
  // A verdict goes to the server without a run of the page, which draws the answer as it knew it after a visit elsewhere.
  const press = (turn, verdict) => {
    turn.dataset.verdict = verdict;
    for (const one of turn.querySelectorAll('[data-act="up"], [data-act="down"]'))
      one.setAttribute("aria-pressed", String(one.dataset.act === verdict));
  };
  for (const turn of document.querySelectorAll(".fn-turn")) {
    if (verdicts.has(turn.dataset.exchange)) press(turn, verdicts.get(turn.dataset.exchange));
  }
  if (window.footnote.listening) return;
  window.footnote.listening = true;

  // --- evidence: a footnote is shown beside the answer, or over its foot where there is no room beside it

  const EDGE = 8; // pixels between what is brought into sight and the edge there
  const quoted = (ref) => decodeURIComponent(ref.dataset.quote); // `whole_attribute` in markup.py
  const turnOf = (node) => node.closest(".fn-turn");
  const beside = (evidence) => getComputedStyle(evidence).getPropertyValue("--fn-beside").trim() === "1";

  // Scrolls a quotation into what is seen of the evidence, between its bar and the question box, with its card's title
  // if there is room for both. The answer stays where it is, unless there is no room for the quotation alone.
  const bring = (evidence, mark) => {
    const box = evidence.getBoundingClientRect(), at = mark.getBoundingClientRect(), side = beside(evidence);
    const card = mark.closest(".fn-card").getBoundingClientRect();
    const head = Math.max(0, evidence.querySelector(".fn-evidence-bar").getBoundingClientRect().bottom);
    const foot = side ? Math.min(box.bottom, document.querySelector(".st-key-fn-ask").getBoundingClientRect().top) : box.bottom;
    const room = foot - head, whole = at.bottom - card.top + 2 * EDGE <= room;
    let to = evidence.scrollTop + (whole ? card.top - head - EDGE : at.top - head - Math.max(EDGE, (room - at.height) / 3));
    if (side) { // where the box reaches below the question box, its end has to come up from there
      const end = evidence.scrollHeight - evidence.clientHeight, seen = evidence.scrollTop + at.bottom + EDGE - foot;
      to = Math.min(to, Math.max(end, seen));
      const { maxHeight, paddingBottom } = getComputedStyle(evidence);
      const more = to - end + Math.max(0, parseFloat(maxHeight) - box.height);
      if (to > end) evidence.style.paddingBottom = `${parseFloat(paddingBottom) + more}px`;
      const missing = Math.min(at.height + 2 * EDGE - room, box.top - 2 * EDGE);
      if (box.bottom < 80) turnOf(evidence).scrollIntoView({ behavior: calm });
      else if (missing > 0) evidence.closest(".stMain").scrollBy({ top: missing, behavior: calm });
    }
    evidence.scrollTo({ top: to, behavior: calm });
  };
  const show = (turn, n, focus) => {
    const evidence = turn.querySelector(".fn-evidence");
    const mark = document.getElementById(`${turn.id}-n${n}`);
    if (!evidence || !mark) return false;
    for (const on of turn.querySelectorAll(".fn-on")) on.classList.remove("fn-on");
    for (const ref of turn.querySelectorAll("[aria-current]")) ref.removeAttribute("aria-current");
    for (const ref of turn.querySelectorAll(`.fn-ref[data-n="${n}"]`)) ref.setAttribute("aria-current", "true");
    mark.classList.add("fn-on");
    mark.closest(".fn-card").classList.add("fn-on");
    evidence.dataset.at = n;
    evidence.querySelector(".fn-place").textContent = `${n} / ${evidence.dataset.footnotes}`;
    if (!beside(evidence)) {
      evidence.classList.add("fn-sheet");
      document.getElementById(`${turn.id}-r${n}`)?.scrollIntoView({ behavior: calm, block: "start" }); // above the sheet
    }
    if (focus) mark.focus({ preventScroll: true });
    bring(evidence, mark);
    return true;
  };
  const close = (evidence, focus = true) => {
    evidence.classList.remove("fn-sheet");
    const turn = turnOf(evidence), at = evidence.dataset.at;
    for (const on of turn.querySelectorAll(".fn-on")) on.classList.remove("fn-on");
    for (const ref of turn.querySelectorAll("[aria-current]")) ref.removeAttribute("aria-current");
    const ref = document.getElementById(`${turn.id}-r${at}`);
    if (focus && ref) ref.focus();
  };
  const step = (evidence, by) => {
    const all = Number(evidence.dataset.footnotes), at = Number(evidence.dataset.at || 0) + by;
    const n = at < 1 ? all : at > all ? 1 : at;
    show(turnOf(evidence), n, false);
    tell(`${n} / ${all}`);
  };

  // --- the quotation, while a footnote is pointed at or has the focus

  const tip = made("div", { id: "fn-tip", className: "fn fn-tip", hidden: true });
  const quote = made("q", { dir: "auto" }), from = made("span", { dir: "auto" });
  tip.setAttribute("role", "tooltip");
  tip.append(quote, from);
  (document.querySelector(".stApp") ?? document.body).append(tip);
  let leaving;
  const point = (ref) => {
    clearTimeout(leaving);
    const n = ref.dataset.n, card = document.getElementById(`${turnOf(ref).id}-n${n}`)?.closest(".fn-card");
    quote.textContent = quoted(ref);
    from.textContent = card?.querySelector(".fn-title")?.textContent ?? "";
    tip.hidden = false;
    ref.setAttribute("aria-describedby", tip.id);
    const box = ref.getBoundingClientRect(), width = tip.offsetWidth, height = tip.offsetHeight;
    tip.style.left = `${Math.max(8, Math.min(box.left - 24, innerWidth - width - 8))}px`;
    tip.style.top = `${box.top - height - 8 > 8 ? box.top - height - 8 : box.bottom + 8}px`;
  };
  const unpoint = () => {
    tip.hidden = true;
    for (const ref of document.querySelectorAll('[aria-describedby="fn-tip"]')) ref.removeAttribute("aria-describedby");
  };
  const leave = () => { clearTimeout(leaving); leaving = setTimeout(unpoint, 200); };
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", leave);
  for (const [event, act] of [["pointerover", point], ["focusin", point], ["pointerout", leave], ["focusout", leave]]) {
    document.addEventListener(event, (e) => {
      const ref = e.target.closest?.(".fn-ref");
      if (ref && !(event === "focusin" && !ref.matches(":focus-visible"))) act(ref);
    });
  }
  document.addEventListener("scroll", () => { // it goes along with what is still pointed at
    if (tip.hidden) return;
    const ref = document.querySelector('[aria-describedby="fn-tip"]');
    if (ref?.matches(":hover, :focus")) point(ref);
    else if (!tip.matches(":hover")) unpoint();
  }, { capture: true, passive: true });

  // --- the whole article, over the page

  const whole = (link) => {
    const frame = element("fn-document", () => {
      const dialog = made("dialog", { id: "fn-document", className: "fn fn-document" });
      const shut = made("button", { type: "button", className: "fn-step", textContent: "×" });
      shut.addEventListener("click", () => dialog.close());
      dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
      const inside = made("iframe", {});
      inside.addEventListener("load", () => { // keys that are pressed in a frame stay in it
        inside.contentWindow.addEventListener("keydown", (e) => { if (e.key === "Escape") dialog.close(); });
      });
      dialog.append(shut, inside);
      return dialog;
    });
    frame.querySelector("button").setAttribute("aria-label", texts.close ?? "");
    const name = link.getAttribute("aria-label") ?? link.textContent; // Streamlit drops it where a title has tags in it
    frame.setAttribute("aria-label", name);
    const inside = frame.querySelector("iframe"), address = new URL(link.href);
    const app = document.querySelector(".stApp");
    address.searchParams.set("theme", app && getComputedStyle(app).colorScheme === "dark" ? "dark" : "light");
    inside.title = name;
    inside.src = address.href;
    frame.showModal();
  };

  // --- copying and judging

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // a page that did not come by HTTPS has no clipboard, or it may not use it
      const area = made("textarea", { value: text });
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
    return true;
  };
  const note = (turn, text) => { turn.querySelector(".fn-told").textContent = text; tell(text); };

  // The address of this server's pages: the page may be one of several, and all of them may be below a base path.
  const base = new URL(".", script.src.replace(/footnote\/page\.js.*$/, ""));
  const judge = async (turn, more = {}) => {
    const verdict = turn.dataset.verdict;
    try {
      const answer = await fetch(new URL("api/feedback", base), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ exchange: turn.dataset.exchange, verdict, ...more }),
      });
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      note(turn, texts.thanks);
      return true;
    } catch (error) {
      note(turn, `${texts.not_sent}: ${error.message}`);
      return false;
    }
  };
  const thumb = (turn, verdict) => {
    verdicts.set(turn.dataset.exchange, verdict);
    press(turn, verdict);
    const form = turn.querySelector(".fn-judging");
    form.hidden = false;
    form.querySelector("label").textContent = verdict === "up" ? texts.good_reason : texts.reason;
    for (const field of form.querySelectorAll('[for$="-expected"], .fn-expected')) field.hidden = verdict === "up";
    judge(turn); // kept at once; what is written into the fields comes with a second one
  };
  const send = async (turn) => {
    const form = turn.querySelector(".fn-judging");
    const [reason, expected] = ["reason", "expected"].map((name) => form.querySelector(`.fn-${name}`).value.trim());
    if (await judge(turn, { reason, expected })) form.hidden = true;
  };
  const acts = {
    previous: (button) => step(button.closest(".fn-evidence"), -1),
    next: (button) => step(button.closest(".fn-evidence"), 1),
    close: (button) => close(button.closest(".fn-evidence")),
    up: (button) => thumb(turnOf(button), "up"),
    down: (button) => thumb(turnOf(button), "down"),
    send: (button) => send(turnOf(button)),
    cancel: (button) => { button.closest(".fn-judging").hidden = true; },
  };
  acts.copy = acts.markdown = async (button) => {
    const turn = turnOf(button), text = turn.querySelector(`[data-copy="${button.dataset.act}"]`).textContent;
    note(turn, (await copied(text)) ? texts.copied : texts.not_copied);
  };

  document.addEventListener("click", (e) => {
    const plain = e.button === 0 && !e.ctrlKey && !e.metaKey && !e.shiftKey && !e.altKey;
    const link = e.target.closest?.("a.fn-ref, a.fn-back, a.fn-whole"), button = e.target.closest?.("button[data-act]");
    if (button) acts[button.dataset.act]?.(button);
    // These go away as they act, and the focus with them: to where the next is typed. A finger's tap calls no keyboard up
    // but to edit.
    const last = e.target.closest?.(".st-key-again, .st-key-edit, .st-key-leave");
    if (last && (e.detail === 0 || last.matches(".st-key-edit"))) document.querySelector(".st-key-fn-ask textarea").focus();
    if (!link || !plain) return;
    if (link.matches(".fn-whole")) {
      e.preventDefault();
      whole(link);
    } else if (link.matches(".fn-ref")) {
      // The browser's own jump would scroll the page too. 0: by the keyboard
      if (show(turnOf(link), Number(link.dataset.n), e.detail === 0)) e.preventDefault();
    } else {
      e.preventDefault();
      close(link.closest(".fn-evidence"));
    }
    unpoint();
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    if (!tip.hidden) return unpoint();
    const evidence = e.target.closest?.(".fn-evidence") ?? document.querySelector(".fn-evidence.fn-sheet");
    if (evidence?.dataset.at) close(evidence);
  });

  // What is copied by hand out of an answer takes its footnotes along.
  document.addEventListener("copy", (e) => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed || e.target.closest?.("textarea, input")) return;
    const range = selection.getRangeAt(0), node = range.commonAncestorContainer;
    const answer = (node.nodeType === 1 ? node : node.parentElement)?.closest(".fn-answer");
    if (!answer) return;
    const refs = [...answer.querySelectorAll(".fn-ref")].filter((ref) => range.intersectsNode(ref));
    const notes = new Map(refs.map((ref) => {
      const card = document.getElementById(`${turnOf(ref).id}-n${ref.dataset.n}`)?.closest(".fn-card");
      const title = card?.querySelector(".fn-title")?.textContent, line = card?.querySelector(".fn-byline")?.textContent;
      return [ref.dataset.n, `[${ref.dataset.n}] “${quoted(ref)}” – ${title}${line ? ` (${line})` : ""}`];
    }));
    if (!notes.size) return;
    e.clipboardData.setData("text/plain", `${selection}\n\n${[...notes.values()].join("\n")}\n`);
    e.preventDefault();
  });
})();
