// What every page does: theme, times, copying, the dialog, notices. No inline script anywhere, so all of it is here.
(function () {
  "use strict";

  // htmx, which comes after this, searches every attribute of the page for hx-on; the policy forbids those here anyway,
  // and among thousands of rows the search takes a slow machine half a second.
  const search = XPathEvaluator.prototype.createExpression;
  XPathEvaluator.prototype.createExpression = function (query, ...more) {
    return query.includes("hx-on") ? { evaluate: () => ({ iterateNext: () => null }) } : search.call(this, query, ...more);
  };

  const root = document.documentElement;
  const cookie = (name, value) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  };
  const unsaid = new Map();
  const say = (words) => {
    // What lies behind an open dialog is not read aloud: it has a place of its own for this.
    const live = document.querySelector("dialog[open] [data-live]") || document.getElementById("live");
    if (!live || !words) return;
    const before = unsaid.get(live) || [];
    unsaid.set(live, [...before, words]);
    if (before.length) return;
    live.textContent = "";
    // A second write in a later task, or the same words would not be announced twice; what comes meanwhile joins in.
    setTimeout(() => { live.textContent = unsaid.get(live).join(". "); unsaid.delete(live); }, 60);
  };

  // --- theme: auto, claro, oscuro; the cookie lets the server draw the next page without a flash
  const themes = ["auto", "light", "dark"];
  const themeWords = { auto: "auto", light: "claro", dark: "oscuro" };
  function setTheme(theme) {
    root.dataset.theme = theme;
    cookie("theme", theme);
    for (const word of document.querySelectorAll("[data-theme-word]")) word.textContent = themeWords[theme];
  }
  document.getElementById("theme")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    setTheme(next);
    say(`Tema: ${themeWords[next]}`);
  });

  // --- the browser's zone; templatetags/house.py has the same rules for words
  const browsers = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  if (!document.cookie.split("; ").includes(`tz=${encodeURIComponent(browsers)}`)) cookie("tz", browsers);
  const zone = root.dataset.zoneChosen === undefined ? browsers : root.dataset.zone;
  const parts = new Intl.DateTimeFormat("es", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", year: "numeric", hour12: false, timeZone: zone });
  const partsOf = (moment) => Object.fromEntries(parts.formatToParts(moment).map((p) => [p.type, p.value]));
  function localTime(element) {
    const moment = new Date(element.dateTime), part = partsOf(moment);
    const year = Math.abs(moment - Date.now()) > 180 * 86400e3 && part.year !== partsOf(new Date()).year ? ` ${part.year}` : "";
    element.textContent = `${part.weekday} ${part.day} ${part.month.replace("sept", "sep")}${year}, ${part.hour}:${part.minute}`;
  }
  function inZone(where) {
    if (root.dataset.zone === zone) return;
    for (const time of where.querySelectorAll("time[datetime]")) localTime(time);
    for (const name of where.querySelectorAll("[data-zone-name]")) name.textContent = zone;
  }

  // --- ages and distances go on counting, by our clock and by the vendor's
  const skew = Number(root.dataset.now || 0) * 1000 - Date.now() || 0;
  const now = () => (Date.now() + skew) / 1000;
  const vendorOffset = () => Number(document.querySelector("[data-vendor-offset]")?.dataset.vendorOffset || 0);
  function span(seconds) {
    const count = Math.max(0, Math.floor(seconds));
    for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"]]) {
      if (count >= size) return `${Math.floor(count / size)} ${unit}`;
    }
    return `${count} s`;
  }
  function left(seconds) {
    if (seconds <= 0) return "ha caducado";
    const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
    if (days) return `quedan ${days} d ${hours % 24} h`;
    if (hours) return `quedan ${hours} h ${minutes % 60} min`;
    return minutes ? `quedan ${minutes} min` : "queda menos de 1 min";
  }
  const put = (element, words) => { if (element.textContent !== words) element.textContent = words; };
  function tick() {
    if (document.hidden) return;
    const ours = now(), theirs = ours + vendorOffset();
    // One walk through the page, which may hold thousands of rows; these count in table.js.
    for (const e of document.querySelectorAll("[data-age], [data-vendor-age], [data-lasting]")) {
      if (e.dataset.age) put(e, `hace ${span(ours - Number(e.dataset.age))}`);
      else if (e.dataset.vendorAge) put(e, `hace ${span(theirs - Number(e.dataset.vendorAge))}`);
      else put(e, span(ours - Number(e.dataset.lasting)));
    }
  }

  // --- copying: the clipboard where the page may use it, a selection where it may not (plain http)
  async function copy(text) {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* not a secure context, or refused */ }
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    (document.querySelector("dialog[open]") || document.body).append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
  async function copyFrom(button) {
    const had = document.activeElement, copied = await copy(button.dataset.copy);
    (had === document.body ? button : had).focus({ preventScroll: true });
    if (!copied) { say("No se ha podido copiar: selecciónelo a mano."); return; }
    say(`Copiado: ${button.dataset.copy}`);
    button.classList.add("done");
    const use = button.querySelector("use");
    use?.setAttribute("href", "#i-check");
    setTimeout(() => { button.classList.remove("done"); use?.setAttribute("href", "#i-copy"); }, 2000);
  }

  // --- the dialog: opened when a fragment arrives in it; Escape closes and focus returns by itself (showModal)
  const dialog = document.getElementById("dialog");
  if (dialog) {
    const live = document.createElement("div");
    live.className = "visually-hidden";
    live.setAttribute("role", "status");
    live.dataset.live = "";
    dialog.append(live);
  }
  function closeDialog(event) {
    const corner = event.target.closest("#following");
    if (corner) {
      event.preventDefault();
      corner.replaceChildren();
      document.getElementById("main").focus({ preventScroll: true });
      return true;
    }
    if (!dialog?.open) return false;
    event.preventDefault();
    const hash = event.target.closest("a")?.hash;
    dialog.close();
    if (hash && document.querySelector(hash)) location.hash = hash;
    return true;
  }
  dialog?.addEventListener("close", () => {
    const body = document.getElementById("dialog-body"), pending = body.querySelector("#outcome[data-pending]");
    // Whoever goes on working is told what became of it all the same: it is followed in a corner.
    if (pending) document.getElementById("following").replaceChildren(pending);
    body.replaceChildren();
  });
  // What the dialog was for is done, and there is nothing more to show in it.
  document.addEventListener("dialog:done", (event) => { dialog?.close(); say(event.detail.words); });
  dialog?.addEventListener("click", (event) => { if (event.target === dialog && !dialog.querySelector("form")) dialog.close(); });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy], [data-close], [data-dismiss], [data-login]");
    if (!button) return;
    if (button.dataset.copy !== undefined) copyFrom(button);
    else if (button.dataset.close !== undefined) closeDialog(event);
    else if (button.dataset.dismiss !== undefined) dismiss(button);
    else button.search = `?next=${encodeURIComponent(resume || location.pathname + location.search)}`;
  });

  function dismiss(button) {
    if (dialog?.contains(button)) dialog.close();
    else document.getElementById("notices").replaceChildren();
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    inZone(event.detail.target.isConnected ? event.detail.target : document);
    const within = event.detail.target.closest?.("#dialog") || document.getElementById("dialog")?.contains(event.detail.elt);
    if (within && dialog && !dialog.open && dialog.querySelector("h1")) dialog.showModal();
    if (within && dialog?.open && !dialog.contains(document.activeElement)) dialog.querySelector("h1")?.focus();
    const ended = document.querySelector("#following #outcome:not([data-pending]):not([data-said])");
    if (ended) { ended.dataset.said = ""; say(ended.innerText); }
    if (event.detail.target.id === "notices") event.detail.target.scrollIntoView({ block: "nearest" });
  });
  // What waits for an answer and loses it asks again: an operation is followed to its end, whatever the network does.
  function retry(elt) {
    if (elt.dataset?.retry === undefined) return false;
    setTimeout(() => { if (elt.isConnected) elt.dispatchEvent(new CustomEvent("retry")); }, 3000);
    return true;
  }
  let resume = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { elt, target, xhr } = event.detail;
    if (xhr.status >= 500 && elt.dataset?.retry !== undefined) { event.detail.shouldSwap = false; return; }
    if (!dialog?.open || target.id !== "notices") return;
    // The notices lie behind the open dialog: what went wrong is said in it, and a log-in leads back to it.
    resume = dialog.querySelector("form")?.getAttribute("action") || elt.getAttribute?.("hx-get") || "";
    event.detail.target = document.getElementById("dialog-body");
  });
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status >= 500) retry(event.detail.elt); });
  // What only looks has changed nothing if it was lost: the doubt belongs to what was to change something.
  const onlyLooks = (event) => event.detail.requestConfig?.verb === "get";
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.elt.dataset?.patch || retry(event.detail.elt)) return;
    if (onlyLooks(event)) notice("Sin conexión con el panel.", "Compruebe la red e inténtelo de nuevo.", "offline");
    else notice("Sin conexión con el panel.", "No sabemos si llegó a recibir la petición. Compruebe la red y mire en «Operaciones» antes de repetir.");
  });
  document.addEventListener("htmx:timeout", (event) => {
    if (event.detail.elt.dataset?.patch || retry(event.detail.elt)) return;
    notice("El panel tarda demasiado en contestar.", onlyLooks(event) ? "Inténtelo de nuevo." : "Mire en «Operaciones» antes de repetir una compra.");
  });
  function notice(title, words, name = "") {
    const box = document.createElement("p"), strong = document.createElement("b"), text = document.createElement("span");
    box.className = "banner wait";
    box.dataset.notice = name;
    strong.textContent = title;
    const [before, after] = words.split("«Operaciones»"), journal = document.querySelector("[data-journal]");
    text.append(strong, ` ${before}`);
    if (after !== undefined && journal) {
      const link = document.createElement("a");
      link.href = journal.href;
      link.textContent = "«Operaciones»";
      text.append(link, after);
    } else if (after !== undefined) text.append("«Operaciones»", after);
    box.append(text);
    if (dialog?.open) {
      dialog.querySelector(".banner")?.remove();
      document.getElementById("dialog-body").prepend(box);
    } else document.getElementById("notices").replaceChildren(box);
  }

  // --- the browser has lost its network: said at once, and no longer when it is back
  window.addEventListener("offline", () => notice("Sin conexión.", "Se ven los últimos datos. Lo que ya confirmó sigue su curso; cuando vuelva la red, la página se pondrá al día sola.", "offline"));
  window.addEventListener("online", () => {
    const gone = document.querySelectorAll("[data-notice=offline]");
    for (const box of gone) box.remove();
    if (gone.length) say("Hay conexión de nuevo.");
  });

  // --- questions open by link
  function targetName() {
    // A link may arrive cut off in the middle of an escape: it leads nowhere, and must not stop the page.
    try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
  }
  function openTarget() {
    const name = targetName(), target = name && document.getElementById(name);
    if (target instanceof HTMLDetailsElement) target.open = true;
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();

  // --- patching: what has come is put into what is there
  // Children are matched by id; lists are gone into, so that a message being read or selected is never touched.
  function patchChildren(old, fresh) {
    const wanted = new Set([...fresh.children].map((child) => child.id));
    // A message never goes: the panel may be showing more of them than the answer tells.
    for (const child of [...old.children]) if (!wanted.has(child.id) && !child.matches(".sms")) child.remove();
    let cursor = old.firstElementChild;
    for (const next of [...fresh.children]) {
      const mine = [...old.children].find((child) => child.id === next.id);
      if (!mine) {
        if (next.classList.contains("is-new")) next.classList.add("arrived");
        old.insertBefore(next, cursor);
        window.htmx.process(next);
        continue;
      }
      if (mine !== cursor) old.insertBefore(mine, cursor);
      cursor = mine.nextElementSibling;
      patchChild(mine, next);
    }
  }
  function patchChild(mine, next) {
    if (mine.matches("[data-keyed], details")) { patchChildren(mine, next); return; }
    if (mine.matches(".sms, form")) { patchAccent(mine, next); return; }
    if (mine.matches(".sms-head")) { patchChildren(mine, next); return; }
    if (mine.innerHTML !== next.innerHTML) mine.replaceChildren(...next.childNodes);
  }
  function patchAccent(mine, next) {
    const had = mine.querySelector("button[id]"), has = next.querySelector("button[id]");
    if (!had || !has) return;
    had.classList.toggle("main", has.classList.contains("main"));
    for (const name of ["aria-disabled", "aria-keyshortcuts"]) {
      if (has.hasAttribute(name)) had.setAttribute(name, has.getAttribute(name));
      else had.removeAttribute(name);
    }
  }

  function inWords(sms) {
    const code = sms.querySelector("[data-copy]")?.dataset.copy, from = sms.querySelector(".from b").textContent;
    return `SMS nuevo de ${from}: ${code ? `código ${code}` : sms.querySelector(".text").textContent.slice(0, 160)}`;
  }

  // --- a panel that cannot be read says so, and stops saying so with the next answer
  document.addEventListener("panel:state", (event) => {
    const section = event.target.closest?.("[data-patch=panel]"), age = section?.querySelector("[data-looked-at] [data-age]");
    if (!section) return;
    panelTrouble(section, "");
    if (age && event.detail.good_at) age.dataset.age = String(Math.floor(event.detail.good_at));
  });
  function panelTrouble(section, words) {
    const place = section.querySelector("[data-panel-trouble]");
    if (!place) return;
    place.hidden = !words;
    if (place.textContent !== words) place.textContent = words;
  }
  for (const [name, words] of [["sendError", "Sin conexión con el panel; se vuelve a intentar."], ["timeout", "El panel no contesta; se vuelve a intentar."], ["responseError", "El panel ha fallado; se vuelve a intentar."]]) {
    document.addEventListener(`htmx:${name}`, (event) => {
      if (event.detail.elt.dataset?.patch === "panel" && event.detail.xhr?.status !== 401) panelTrouble(event.detail.elt, words);
    });
  }
  // "C" copies the newest code, while the focus is in the panel or on the button that opened it; nowhere else.
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "c" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const opener = event.target.closest?.("[data-panel][aria-expanded=true]");
    const panel = event.target.closest?.(".sms-panel") || (opener && document.getElementById(opener.dataset.panel));
    const button = panel && [...panel.querySelectorAll("[data-copy]")].find((one) => one.offsetParent);
    if (button) { event.preventDefault(); copyFrom(button); }
  });

  // The first Tab searches the whole page for where to begin, thousands of rows laid out, unless it is told: at the top.
  function beginAtTheTop() {
    if (!document.getElementById("table") || location.hash || document.activeElement !== document.body) return;
    document.body.tabIndex = -1;
    document.body.focus({ preventScroll: true });
    document.body.blur();
    document.body.removeAttribute("tabindex");
  }

  beginAtTheTop();
  inZone(document);
  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  window.house = { say, inZone, notice, span, left, now, vendorOffset, patchChildren, inWords };
})();
