// The chat bubble for pages of other sites: <script src="https://host/widget.js" async></script>. docs/widget.md tells
// of its attributes. What comes from the server is set as text, never as markup, and followed only if it is of the web.
(() => {
"use strict";
const script = document.currentScript, once = Symbol.for("footnote.widget");
if (!script || window[once]) return; // a second include makes no second bubble
window[once] = true;
const data = script.dataset, base = new URL(".", script.src); // below a path, where a proxy serves it there

const WORDS = { // English, German
  ask: ["Ask", "Fragen"], title: ["Ask our articles", "Unsere Artikel fragen"], close: ["Close", "Schließen"],
  fresh: ["New conversation", "Neues Gespräch"], send: ["Send", "Senden"], stop: ["Stop", "Anhalten"],
  again: ["Try again", "Noch einmal"], hint: ["Ask a question", "Eine Frage stellen"],
  question: ["Your question", "Ihre Frage"], conversation: ["Conversation", "Gespräch"],
  intro: ["Answers come from our own articles, each sentence with a footnote to the words it relies on.",
    "Antworten aus unseren Artikeln, jeder Satz mit einer Fußnote zu den Worten, auf denen er beruht."],
  looking: ["Looking through the articles …", "Sucht in den Artikeln …"],
  reading: ["Reading {} passages …", "Liest {} Stellen …"],
  draft: ["Draft, not checked yet", "Entwurf, noch nicht geprüft"],
  silent: ["The articles don’t say.", "Die Artikel sagen dazu nichts."],
  looked: ["Looked for: “{}”", "Gesucht wurde: „{}“"],
  nearest: ["Nearest passages, which do not answer it", "Nächstliegende Stellen, die nicht darauf antworten"],
  verbatim: ["quoted word for word", "wörtlich zitiert"],
  verified: ["checked against the source", "an der Quelle geprüft"],
  unsupported: ["not confirmed by the source", "von der Quelle nicht bestätigt"],
  footnote: ["Footnote {}", "Fußnote {}"], whole: ["Read it in its place", "An ihrer Stelle lesen"],
  original: ["Original", "Original"], also: ["Also in: {}", "Auch in: {}"],
  said: ["Answer with {} footnotes", "Antwort mit {} Fußnoten"], stopped: ["Stopped.", "Angehalten."],
  failed: ["This could not be answered.", "Das konnte nicht beantwortet werden."],
  wait: ["Too much is asked just now. Try again in {} seconds.",
    "Gerade wird zu viel gefragt. Bitte in {} Sekunden noch einmal."],
  away: ["The server cannot be reached, or does not list this page’s origin.",
    "Der Server ist nicht zu erreichen, oder diese Seite steht nicht auf seiner Liste."],
  broken: ["The answer broke off.", "Die Antwort brach ab."],
};
const wanted = (data.lang || document.documentElement.lang || navigator.language).slice(0, 2).toLowerCase();
const lang = wanted === "de" ? "de" : "en";
const say = (key, value) => WORDS[key][+(lang === "de")].replace("{}", () => value);
const SIGNS = { __proto__: null, verbatim: "❞", verified: "✓", unsupported: "⚠" };

const STYLE = `
  :host { all: initial !important; display: contents !important; }
  .f { --bg: #fff; --ink: #1c1f23; --soft: #5c6168; --line: #d3cec2; --link: #1f4e79; --on: #fff; --quote: #fbf3d0;
    --bad: #8c2f1b; color-scheme: light; font: 15px/1.5 "Segoe UI", Roboto, Arial, sans-serif; color: var(--ink);
    direction: ltr; text-align: start; }
  .dark { --bg: #1a1e22; --ink: #e8e6e1; --soft: #a9aeb4; --line: #434a51; --link: #9cc3e6; --on: #14171a;
    --quote: #3b3419; --bad: #f0aa99; color-scheme: dark; }
  * { box-sizing: border-box; }
  button, textarea { font: inherit; color: inherit; }
  button { cursor: pointer; border: 0; background: none; padding: 4px 8px; border-radius: 6px; }
  button:hover { text-decoration: underline; }
  :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
  a, .ref { color: var(--link); }
  [hidden] { display: none !important; }
  .bubble, .panel { position: fixed; z-index: 2147483000; inset: auto 16px 16px auto; box-shadow: 0 4px 20px #0004; }
  .left .bubble, .left .panel { inset-inline: 16px auto; }
  .bubble, .go { background: var(--link); color: var(--on); font-weight: 600; }
  .bubble { padding: 10px 18px; border-radius: 24px; border: 1px solid var(--bg); }
  .f .panel { bottom: 76px; margin: 0; padding: 0; width: 400px; height: min(600px, 100dvh - 92px);
    border: 1px solid var(--line); border-radius: 12px; background: var(--bg); color: inherit; overflow: hidden; }
  .panel[open] { display: flex; flex-direction: column; }
  header, form { display: flex; gap: 8px; padding: 8px 12px; align-items: center; border: 0 solid var(--line); }
  header { border-bottom-width: 1px; }
  form { border-top-width: 1px; align-items: end; }
  h2 { flex: 1; margin: 0; font-size: 16px; overflow-wrap: anywhere; }
  .log { flex: 1; overflow: auto; overscroll-behavior: contain; padding: 12px; overflow-wrap: anywhere; }
  textarea { flex: 1; min-width: 0; resize: none; height: 62px; padding: 6px 8px; background: var(--bg);
    border: 1px solid var(--soft); border-radius: 6px; }
  .go { padding: 8px 12px; }
  p, ul, blockquote { margin: 0 0 8px; }
  ul { padding-inline-start: 18px; }
  li { margin-bottom: 8px; }
  .asked { font-weight: 600; margin-top: 12px; padding-inline-start: 8px; border-inline-start: 3px solid var(--link); }
  .soft, .sign { color: var(--soft); }
  .soft { font-size: 13px; }
  .draft { white-space: pre-wrap; color: var(--soft); font-style: italic; }
  .unsupported, .bad { color: var(--bad); }
  .ref { padding: 0 2px; font-size: 13px; vertical-align: 2px; }
  blockquote { background: var(--quote); padding: 4px 8px; border-radius: 4px; }
  .tip { position: fixed; width: min(340px, 100vw - 32px); max-height: 50vh; overflow: auto; padding: 10px;
    background: var(--bg); border: 1px solid var(--soft); border-radius: 8px; box-shadow: 0 4px 20px #0004;
    color: var(--ink); font-size: 14px; }
  .tip > :last-child { margin: 0; }
  .tip a { margin-inline-end: 12px; }
  .heard { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
  @media (max-width: 480px) {
    .f .panel { inset: 0; width: 100%; max-width: none; height: 100dvh; max-height: none; border: 0; border-radius: 0; }
    textarea { font-size: 16px; }
  }
  @media (forced-colors: active) { .go { border: 1px solid; } }
  @media print { .f { display: none; } }`;

// --- elements

const el = (tag, properties = {}, ...inside) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  made.append(...inside);
  return made;
};
const link = (text, url) => {
  let found;
  try { found = new URL(url); } catch { return ""; }
  if (!/^https?:$/.test(found.protocol)) return "";
  return el("a", { href: found.href, target: "_blank", rel: "noopener noreferrer", textContent: text });
};
const button = (className, textContent, onclick, more) => el("button", { type: "button", className, textContent, onclick, ...more });
const symbol = (sign, key, onclick) => button("", sign, onclick, { title: say(key), "aria-label": say(key) });

const title = data.title || say("title"), small = matchMedia("(max-width: 480px)");
const log = el("div", { className: "log", tabIndex: 0, role: "region", "aria-label": say("conversation") });
const field = el("textarea", {
  placeholder: data.placeholder || say("hint"), dir: "auto", maxLength: 4000, rows: 2, "aria-label": say("question"),
});
const go = el("button", { className: "go", textContent: say("send") });
const form = el("form", {}, field, go);
const head = el("header", {}, el("h2", { dir: "auto", textContent: title }),
  symbol("↺", "fresh", () => fresh()), symbol("✕", "close", () => shut()));
const panel = el("dialog", { className: "panel", id: "panel", "aria-label": title }, head, log, form);
const bubble = button("bubble", `❞ ${say("ask")}`, () => (panel.open ? shut() : open()), {
  "aria-label": `${say("ask")}: ${title}`, "aria-expanded": "false", "aria-controls": "panel",
});
const live = el("p", { className: "heard", role: "status" });
const tip = el("div", { className: "tip", id: "tip", role: "note", hidden: true });
const root = el("aside", { className: `f ${data.position === "left" ? "left" : ""}`, lang, "aria-label": title }, bubble, panel, live);
const host = el("footnote-widget");
const shadow = host.attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet(); // made by script: a policy against inline styles has nothing against it
sheet.replaceSync(STYLE);
shadow.adoptedStyleSheets = [sheet];
shadow.append(root);

// --- light or dark: as the attribute says, else as the page says or looks, else as the reader's system is set

const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => {
  if (data.theme === "light" || data.theme === "dark") return data.theme === "dark";
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  if (/dark/.test(scheme) !== /light/.test(scheme)) return /dark/.test(scheme);
  for (const one of [document.body, document.documentElement]) {
    const [r, g, b, alpha = 1] = (getComputedStyle(one).backgroundColor.match(/^rgba?\((.*)\)/)?.[1] ?? "").split(/[ ,/]+/).map(Number);
    if (b >= 0 && alpha > 0.5) return r * 0.3 + g * 0.6 + b * 0.1 < 110;
  }
  return system.matches;
};
const paint = () => root.classList.toggle("dark", isDark());

// --- opening and closing; a dialog that fills a small screen is modal and keeps the focus

const open = (focus = true) => {
  paint();
  if (!panel.open && small.matches) panel.showModal();
  panel.open = true; // show() would take the focus
  bubble.setAttribute("aria-expanded", "true");
  log.lastElementChild.scrollIntoView();
  if (focus) field.focus();
};
const shut = () => {
  panel.close();
  bubble.focus();
};
panel.onclose = () => {
  untip();
  bubble.setAttribute("aria-expanded", String(panel.open));
};
small.onchange = () => {
  if (!panel.open) return;
  panel.close();
  open(false);
};
for (const name of ["keydown", "keyup", "keypress"])
  host.addEventListener(name, (e) => e.stopPropagation()); // no shortcuts of the page
root.onkeydown = (e) => {
  if (e.key !== "Escape" || !panel.open) return;
  e.preventDefault();
  const ref = shownAt;
  if (!ref) return shut();
  untip();
  ref.focus();
  untip(); // the focus has shown it again
};

// --- a footnote's quotation, while it is pointed at or has the focus, or once it was clicked

let shownAt = null, pinned = false, leaving;
const untip = () => {
  clearTimeout(leaving);
  shownAt?.removeAttribute("aria-describedby");
  tip.hidden = true;
  shownAt = null;
  pinned = false;
};
const place = () => {
  const at = shownAt.getBoundingClientRect(), width = tip.offsetWidth, height = tip.offsetHeight;
  const below = at.bottom + 4, fits = below + height < innerHeight; // below it, what it stands behind can be read
  tip.style.left = `${Math.max(8, Math.min(at.left - 24, innerWidth - width - 16))}px`;
  tip.style.top = `${fits ? below : Math.max(8, at.top - height - 4)}px`;
};
const point = (ref) => {
  clearTimeout(leaving);
  if (ref !== shownAt) {
    untip();
    shownAt = ref;
    tip.replaceChildren(...ref.evidence());
    ref.after(tip); // next in the order of Tab
    ref.setAttribute("aria-describedby", "tip");
    tip.hidden = false;
  }
  place();
};
const leave = (e) => {
  clearTimeout(leaving);
  if (!pinned && shownAt && !tip.contains(e.relatedTarget)) leaving = setTimeout(untip, 250);
};
const within = (e) => tip.contains(e.target);
const refOf = (e) => e.target.closest(".ref");
const over = (e) => {
  if (within(e)) clearTimeout(leaving);
  else if (refOf(e) && !pinned) point(refOf(e));
};
log.onpointerover = over;
log.onpointerout = leave;
log.addEventListener("focusin", over);
log.addEventListener("focusout", leave);
panel.onclick = (e) => {
  const ref = refOf(e);
  if (!ref) return within(e) || untip();
  if (pinned && shownAt === ref) return untip();
  point(ref);
  pinned = true;
};
log.onscroll = () => shownAt && place();

// --- what is asked and answered

let token = null, running = null, turns = [];
const kept = `footnote ${base}`;
const keep = () => {
  if (data.keep !== "session") return;
  try { sessionStorage.setItem(kept, JSON.stringify(turns.slice(-20))); } catch { /* full, or barred here */ }
};

const refused = (status, message, wait) => Object.assign(new Error(message), { status, wait });
const post = async (path, body, signal) => {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token.text}`;
  let response;
  try {
    response = await fetch(new URL(path, base), {
      method: "POST", headers, body: JSON.stringify(body), signal, credentials: "omit", cache: "no-store",
    });
  } catch (error) {
    throw signal.aborted ? error : refused(0, say("away"));
  }
  if (response.ok) return response;
  const told = await response.json().then((found) => found.error.message, () => `HTTP ${response.status}`);
  throw refused(response.status, told, Number(response.headers.get("Retry-After")) || 0);
};
const renew = async (signal) => {
  token = null;
  const found = await (await post("api/widget/token", {}, signal)).json();
  token = { text: found.token, until: Date.now() + (found.expires_in - 10) * 1000 };
};
const stream = async (body, signal) => {
  const foreign = base.origin !== location.origin;
  if (foreign && !(token && token.until > Date.now())) await renew(signal);
  try {
    return await post("api/ask/stream", body, signal);
  } catch (error) {
    if (error.status !== 401) throw error;
    await renew(signal); // it has ended, or the server has a new secret
    return post("api/ask/stream", body, signal);
  }
};
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let left = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (left + value).split("\n\n");
    left = blocks.pop();
    for (const block of blocks) {
      const found = /^event: (\w+)\ndata: (.*)$/.exec(block);
      if (found) yield [found[1], JSON.parse(found[2])];
    }
  }
}

const placed = (found) => [found.title, found.place].filter(Boolean)
  .flatMap((text, i) => [i ? " · " : "", el("bdi", { textContent: text })]); // neither turns the other around
const ways = (found, n) => el("p", {},
  link(say("whole"), new URL(`document/${encodeURIComponent(found.document_id)}?cite=${n}:${found.start}-${found.end}#${n ? `c${n}` : "p1"}`, base)),
  link(`${say("original")} ↗`, found.link || found.url));
const evidence = (c) => () => [
  el("blockquote", { dir: "auto", textContent: c.quote }),
  el("p", {}, ...placed(c)),
  ...(c.also?.length ? [el("p", { className: "soft", dir: "auto", textContent: say("also", c.also.map((one) => one.title).join("; ")) })] : []),
  ways(c, c.n),
];
const sentence = (one, citations) => {
  const made = el("li", {}, el("bdi", { className: one.support === "unsupported" ? "unsupported" : "", textContent: one.text }), " ");
  for (const c of citations.filter((each) => one.citations.includes(each.n))) {
    const ref = button("ref", `[${c.n}]`, null, { "aria-label": `${say("footnote", c.n)}: ${c.title}` });
    made.append(Object.assign(ref, { evidence: evidence(c) }));
  }
  const sign = SIGNS[one.support], told = sign && say(one.support);
  if (sign) made.append(" ", el("span", { className: `sign ${one.support}`, role: "img", title: told, "aria-label": told, textContent: sign }));
  return made;
};
const answered = (a) => {
  const found = [];
  if (a.notice) found.push(el("p", { className: "soft", dir: "auto", textContent: a.notice }));
  if (!a.abstained) return [...found, el("ul", {}, ...a.sentences.map((one) => sentence(one, a.citations)))];
  found.push(el("p", { textContent: say("silent") }), el("p", { className: "soft", dir: "auto", textContent: say("looked", a.standalone_question) }));
  if (a.nearest?.length) found.push(el("p", { className: "soft", textContent: say("nearest") }), el("ul", {}, ...a.nearest.slice(0, 3).map((near) =>
    el("li", {}, ...placed(near),
      el("blockquote", { dir: "auto", textContent: near.text.length > 300 ? `${near.text.slice(0, 300)}…` : near.text }), ways(near, 0)))));
  return found;
};
const turn = (question, ...inside) => {
  log.querySelector(".intro")?.remove();
  const body = el("div", {}, ...inside);
  const made = el("section", {}, el("p", { className: "asked", dir: "auto", textContent: question }), body);
  log.append(made);
  made.scrollIntoView({ block: "start" });
  return body;
};

const ask = async (question, body = turn(question)) => {
  untip();
  running = new AbortController();
  go.textContent = say("stop");
  const { signal } = running, status = el("p", { className: "soft", textContent: say("looking") });
  const draft = el("p", { className: "draft", dir: "auto" });
  body.replaceChildren(status, draft);
  body.setAttribute("aria-busy", "true");
  live.textContent = say("looking");
  const history = turns.slice(-8).flatMap((one) => [
    { role: "user", content: one.question }, { role: "assistant", content: one.answer },
  ]);
  let answer = null;
  try {
    for await (const [name, found] of events(await stream({ question, history }, signal))) {
      if (name === "passages") status.textContent = say("reading", found.passages.length);
      else if (name === "token") {
        if (!found.checked) status.textContent = say("draft");
        draft.append(found.text);
      } else if (name === "answer") answer = found;
      else if (name === "error") throw refused(500, found.error.message);
    }
    if (!answer) throw refused(0, say("broken"));
    body.replaceChildren(...answered(answer));
    turns.push(answer);
    keep();
    live.textContent = answer.abstained ? say("silent") : say("said", answer.citations.length);
  } catch (error) {
    const wait = error.status === 429 && error.wait;
    const why = error.status ? `${say("failed")} ${error.message}` : error.status === 0 ? error.message : say("broken");
    const said = signal.aborted ? say("stopped") : wait ? say("wait", wait) : why;
    const again = button("go", say("again"), () => running || ask(question, body), { disabled: wait > 0 });
    setTimeout(() => { again.disabled = false; }, wait * 1000 || 0);
    body.replaceChildren(el("p", { className: signal.aborted ? "soft" : "bad", dir: "auto", textContent: said }), again);
    live.textContent = said;
  }
  body.removeAttribute("aria-busy");
  go.textContent = say("send");
  running = null;
};
form.onsubmit = (e) => {
  e.preventDefault();
  if (running) return running.abort();
  const question = field.value.trim();
  if (!question) return field.focus();
  field.value = "";
  ask(question);
};
field.onkeydown = (e) => {
  if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
  e.preventDefault();
  if (!running) form.requestSubmit();
};
const fresh = () => {
  running?.abort();
  turns = [];
  keep();
  untip();
  log.replaceChildren(el("p", { className: "intro soft", textContent: say("intro") }));
  field.focus();
};

const begin = () => {
  log.append(el("p", { className: "intro soft", textContent: say("intro") }));
  if (data.keep === "session") {
    try { turns = JSON.parse(sessionStorage.getItem(kept)) ?? []; } catch { turns = []; } // barred, or not ours
    for (const one of turns) turn(one.question, ...answered(one));
  }
  document.body.append(host);
  paint();
  system.onchange = paint;
  const watch = new MutationObserver(paint); // a page that has a switch of its own for its theme
  for (const one of [document.documentElement, document.body]) watch.observe(one, { attributes: true });
  if (data.open !== undefined && !small.matches) open(false);
};
if (document.body) begin();
else addEventListener("DOMContentLoaded", begin);
})();
