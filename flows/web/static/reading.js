// The page of one copy (and of one gold document): keys, places, decisions, selections.
// A place is named by its code points as the server wrote them; a selection by UTF-16 units inside a stretch, which the
// server counts back (pipeline/utf16.py). Every decision is sent at once; the answer brings the turns as they are now.
"use strict";
(() => {
  const page = document.getElementById("reading");
  if (!page) return;
  const $ = (id) => document.getElementById(id);
  const turns = $("turns"), about = $("about"), saved = $("saved"), alike = $("alike"), miss = $("miss"), help = $("help");
  const csrf = document.querySelector("meta[name=csrf]").content;
  const labels = new Map(), keys = new Map();
  for (const dt of document.querySelectorAll("#labels dt")) {
    labels.set(dt.dataset.label, { name: dt.textContent, does: dt.nextElementSibling.textContent });
    if (dt.dataset.key) keys.set(dt.dataset.key, dt.dataset.label);
  }
  let version = Number(page.dataset.version), places = [], at = -1, groups = new Map(), lit = [], selection = null, chain = Promise.resolve();

  const index = () => {
    places = Array.from(turns.getElementsByTagName("mark"));
    groups = new Map();
    for (const p of places) if (p.dataset.g) groups.set(p.dataset.g, (groups.get(p.dataset.g) || 0) + 1);
  };
  const line = (tag, text) => { const made = document.createElement(tag); made.textContent = text; return made; };

  // what is lit is remembered: to look for it among 3,000 turns at every key would be felt
  function light(...found) {
    for (const old of lit) old.classList.remove("now");
    const turn = found[0].closest(".turn");
    lit = [...found, turn, ...turn.querySelectorAll(`.o[data-s="${found[0].dataset.s}"]`)];
    for (const one of lit) one.classList.add("now");
  }

  function show(n, { scroll = true } = {}) {
    if (n < 0 || n >= places.length) return;
    at = n;
    const place = places[n], told = labels.get(place.dataset.l) || { name: place.dataset.l, does: "" };
    light(place);
    if (scroll) place.scrollIntoView({ block: "center" });
    $("nth").textContent = `${n + 1} of ${places.length}`;
    const said = { accept: "Decided: right.", reject: "Decided: nothing to hide.", relabel: "Decided: another label.", add: "Added by a reviewer." };
    about.replaceChildren(line("b", told.name));
    if (place.dataset.v) about.append(line("p", `${said[place.dataset.v] || ""} By ${place.dataset.by || "you"}.`));
    if (told.does) about.append(line("p", told.does));
    if (place.dataset.sure) about.append(line("p", `How sure detection is: ${place.dataset.sure}.`));
    $("deciding").hidden = Boolean(page.dataset.shut);
    alike.checked = false;
    const same = groups.get(place.dataset.g) || 1;
    $("alike-n").textContent = same;
    alike.closest("label").hidden = same < 2;
    $("relabel").value = "";
  }
  const step = (by) => show(at < 0 ? (by > 0 ? 0 : places.length - 1) : Math.max(0, Math.min(places.length - 1, at + by)));
  const undecided = () => {
    for (let i = 1; i <= places.length; i++) { const n = (at + i + places.length) % places.length; if (!places[n].dataset.v) return show(n); }
  };
  function flagged(which) {
    const all = Array.from(turns.querySelectorAll(which === undefined ? ".flag" : `[data-f~="${which}"]`));
    if (!all.length) return;
    const now = all.findIndex((f) => f.classList.contains("now"));
    const next = all[which === undefined ? (now + 1) % all.length : 0];
    if (next.tagName === "MARK") return show(places.indexOf(next));
    light(next);
    next.scrollIntoView({ block: "center" });
    const range = document.createRange();  // so that `m` marks what was found
    range.selectNodeContents(next);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  async function post(address, fields) {
    const body = new URLSearchParams({ ...fields, version });
    const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRF-Token": csrf, Accept: "application/json" } });
    if (answer.status === 401) { location.assign("/sign-in"); return null; }
    return answer.json();
  }
  function take(told) {
    if (!told) return;
    if (told.version === undefined) { saved.textContent = told.error; return; }
    const here = places[at] && { s: places[at].dataset.s, e: places[at].dataset.e };
    version = told.version;
    for (const [n, html] of Object.entries(told.turns)) {
      const old = $(`t${n}`), holder = document.createElement("template");
      holder.innerHTML = html;
      const fresh = holder.content.firstElementChild, was = old.querySelector(".was");
      if (was && !fresh.querySelector(".was")) fresh.append(was);
      old.replaceWith(fresh);
    }
    index();
    $("done").textContent = told.done; $("total").textContent = told.total;
    $("bar").max = told.total; $("bar").value = told.done;
    if ($("changed")) {
      $("changed").hidden = !told.changed;
      $("approve").disabled = Boolean(told.refusal);
      $("why-not").textContent = told.refusal;
    }
    saved.textContent = told.error ? `Not saved: ${told.error}.` : `Saved ${new Date().toLocaleTimeString([], { hour12: false })}.`;
    saved.classList.toggle("bad", Boolean(told.error));
    if (here) show(Math.max(0, places.findIndex((p) => p.dataset.s === here.s && p.dataset.e === here.e)), { scroll: false });
  }
  // one after the other, so that each decision names the version that the one before it made
  const send = (address, fields, then) => {
    saved.textContent = "Saving…";
    chain = chain.then(() => post(address, fields())).then((told) => { take(told); if (then) then(told); return told; })
      .catch(() => { saved.textContent = "Not saved: the pages do not answer. Try again."; });
    return chain;
  };
  function decide(verdict, label) {
    const place = places[at];
    if (!place || page.dataset.shut) return;
    if (page.dataset.mode === "gold" && verdict === "accept") return step(1);
    const fields = { verdict, start: place.dataset.s, end: place.dataset.e, alike: alike.checked ? "yes" : "" };
    if (label) fields.label = label;
    place.dataset.v = verdict;  // shown at once; the answer says what holds
    if (!alike.checked && verdict !== "relabel") step(1);
    send(page.dataset.marks, () => fields);
  }
  const undo = () => { if (!page.dataset.shut) send(page.dataset.undo, () => ({})); };

  // -- a selection inside the turns, as the stretch and the units where it begins and ends
  function selected() {
    const chosen = getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return null;
    const range = chosen.getRangeAt(0), inside = [];
    if (!turns.contains(range.commonAncestorContainer)) return null;
    const root = range.commonAncestorContainer.nodeType === 1 ? range.commonAncestorContainer : range.commonAncestorContainer.parentElement;
    const stretches = root.closest(".t") ? [root.closest(".t")] : root.querySelectorAll(".t");
    for (const stretch of stretches) if (range.intersectsNode(stretch) && stretch.firstChild) inside.push(stretch);
    if (!inside.length) return null;
    const first = inside[0], last = inside[inside.length - 1];
    const from = first.contains(range.startContainer) && range.startContainer.nodeType === 3 ? range.startOffset : 0;
    const to = last.contains(range.endContainer) && range.endContainer.nodeType === 3 ? range.endOffset : last.firstChild.length;
    return { from_piece: first.dataset.s, from, to_piece: last.dataset.s, to, words: String(chosen) };
  }
  function open_miss(label) {
    if (page.dataset.shut) return;
    selection = selected();
    if (selection && label) return void add({ label, alike: "yes" });
    $("miss-selected").hidden = !selection;
    $("miss-typed").hidden = Boolean(selection);
    $("miss-words").textContent = selection ? selection.words : "";
    $("miss-error").hidden = true;
    if (label) $("miss-form").elements.label.value = label;
    miss.showModal();
    (selection ? $("miss-form").elements.label : $("miss-form").elements.typed).focus();
  }
  function add(fields) {
    const where = selection ? { from_piece: selection.from_piece, from: selection.from, to_piece: selection.to_piece, to: selection.to } : {};
    return send(page.dataset.marks, () => ({ verdict: "add", ...where, ...fields }), (told) => {
      if (told && !told.error) { getSelection().removeAllRanges(); if (miss.open) miss.close(); $("miss-form").elements.typed.value = ""; }
      else if (told) { $("miss-error").textContent = told.error; $("miss-error").hidden = false; }
    });
  }
  $("miss-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target.elements;
    add({ typed: selection ? "" : form.typed.value, label: form.label.value, alike: form.alike.checked ? "yes" : "" });
  });
  $("miss-close").addEventListener("click", () => miss.close());

  // -- the original beside the copy: asked for by a form, since it is an event
  async function original() {
    const button = $("original");
    if (!button) return;
    if (turns.classList.contains("with-originals")) { turns.classList.remove("with-originals"); button.setAttribute("aria-pressed", "false"); return; }
    if (!turns.querySelector(".was")) {
      const answer = await fetch(button.dataset.address, { method: "POST", body: new URLSearchParams(), headers: { "X-CSRF-Token": csrf } });
      if (!answer.ok) { saved.textContent = "The original was not opened."; return; }
      turns.innerHTML = await answer.text();
      index();
    }
    turns.classList.add("with-originals");
    button.setAttribute("aria-pressed", "true");
    if (at >= 0) show(at);
  }

  const doing = { accept: () => decide("accept"), reject: () => decide("reject"), undo, miss: () => open_miss() };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]"), jump = event.target.closest("[data-flag]"), place = event.target.closest("#turns mark");
    if (button) doing[button.dataset.do]();
    else if (jump) flagged(jump.dataset.flag);
    else if (place && getSelection().isCollapsed) show(places.indexOf(place), { scroll: false });
    else if (event.target.closest("#original")) original();
    else if (event.target.closest("#help-open")) help.showModal();
  });
  $("relabel").addEventListener("change", (event) => { if (event.target.value) decide("relabel", event.target.value); });
  const pressed = {
    j: () => step(1), k: () => step(-1), n: undecided, f: () => flagged(), a: doing.accept, r: doing.reject, u: undo,
    s: () => { if (!alike.closest("label").hidden) alike.checked = !alike.checked; }, m: () => open_miss(), o: original, "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || miss.open || help.open) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    if (keys.has(event.key)) {
      event.preventDefault();
      if (selected()) open_miss(keys.get(event.key)); else decide("relabel", keys.get(event.key));
    } else if (pressed[event.key]) { event.preventDefault(); pressed[event.key](); }
  });
  index();
})();
