// "Mis números": refreshes without closing a panel, losing focus, selection, scroll or half-typed text.
// Rows carry no listener and no htmx of their own: thousands of them must not cost anything before they are used.
(function () {
  "use strict";

  const { say, inZone, span, left, now, vendorOffset, patchChildren, inWords } = window.house;
  const EVERY = { idle: 30000, activating: 5000, sending: 1000 };
  const PANEL_EVERY = { idle: 2000, looking: 500 };
  const MANY = 60; // as in views/table.py
  const FRAME = 8; // milliseconds of patching before the browser may draw and take keys
  const table = () => document.getElementById("table");
  const body = () => document.getElementById("rows");
  const fire = (name) => document.body.dispatchEvent(new CustomEvent(name));

  // --- when to look: every 30 s while the tab is visible, sooner while something is on its way, at once on return
  let last = Date.now(), failures = 0, hurried = 0;
  function pace() {
    if (failures) return Math.min(EVERY.idle, 2000 * 2 ** failures);
    if (Date.now() < hurried) return EVERY.sending;
    return EVERY[table().dataset.busy] || ([...table().children].some((part) => part.ariaBusy) ? EVERY.activating : EVERY.idle);
  }
  function refresh() {
    last = Date.now();
    fire("mirror:refresh");
  }
  if (table()) {
    setInterval(() => { if (!document.hidden && Date.now() - last >= pace()) refresh(); }, 500);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
    window.addEventListener("online", refresh);
    window.addEventListener("focus", () => { if (Date.now() - last > 5000) refresh(); });
    // What an operation has changed reaches the mirror with the worker's next look, a few seconds later.
    document.addEventListener("operation:ended", () => { hurried = Date.now() + 8000; refresh(); });
    setInterval(() => { if (!document.hidden) count(); }, 1000);
    count();
  }
  // A live list: looking four times a second must not walk through thousands of rows.
  const panels = document.getElementsByClassName("sms-panel");
  let lastPanel = Date.now(), ended = false;
  function refreshPanels() { lastPanel = Date.now(); fire("panel:refresh"); }
  setInterval(() => {
    const every = [...panels].some((panel) => panel.hasAttribute("data-looking")) ? PANEL_EVERY.looking : PANEL_EVERY.idle;
    if (!document.hidden && !ended && Date.now() - lastPanel >= every) refreshPanels();
  }, 250);
  window.addEventListener("online", refreshPanels);
  document.addEventListener("session:ended", () => { ended = true; });
  // Whoever comes back may have logged in again in another tab.
  document.addEventListener("visibilitychange", () => { ended = false; if (!document.hidden) refreshPanels(); });

  // --- the answers of these elements are patched in, never swapped
  document.addEventListener("htmx:configRequest", (event) => {
    const asked = event.detail.elt.closest("[data-patch]");
    const poll = asked && event.detail.verb === "get" && asked === event.detail.elt;
    if (poll) event.detail.parameters.v = asked.dataset.v;
    if (poll && asked.dataset.have) event.detail.parameters.have = asked.dataset.have;
    if (asked?.dataset.patch !== "panel") return;
    event.detail.parameters.last = asked.dataset.last;
    if (asked.dataset.all) event.detail.parameters.all = "1";
    if (event.detail.elt.closest(".sms-more")) event.detail.parameters.v = "";
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asked = event.detail.requestConfig.elt.closest("[data-patch]");
    if (!asked || event.detail.xhr.status >= 400) return;
    if (event.detail.requestConfig.elt.dataset.panel) return;
    const poll = asked === event.detail.requestConfig.elt || event.detail.requestConfig.elt.closest(".sms-head, .sms-more");
    if (!poll) return;
    event.detail.shouldSwap = false;
    const fresh = document.createElement("template");
    fresh.innerHTML = event.detail.serverResponse;
    inZone(fresh.content);
    if (asked.dataset.patch === "panel") patchPanel(asked, fresh.content.querySelector("[data-patch=panel]"));
    else if (asked.dataset.patch === "more") patchMore(asked, fresh.content.firstElementChild);
    else patchPage(fresh.content);
  });

  function patchPage(fresh) {
    keepingFocus(() => { for (const part of fresh.querySelectorAll("[data-part]")) replaceIfNew(document.getElementById(part.id), part); });
    document.dispatchEvent(new Event("balance:read"));
    patchTable(fresh.querySelector("[data-patch=table]"));
  }
  function replaceIfNew(old, fresh) {
    if (old && fresh && old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
  }
  function keepingFocus(change) {
    const had = document.activeElement, id = had?.id, row = had?.closest?.(".row"), copy = had?.matches?.(".copy");
    change();
    if (had === document.activeElement || had === document.body) return;
    // A button that is gone (its action was done) leaves the focus in its row.
    const here = document.getElementById(row?.id);
    const next = had.isConnected ? had : document.getElementById(id) || here?.querySelector(copy ? ".copy" : "[data-panel]");
    next?.focus({ preventScroll: true });
  }

  // --- rows: matched by id, and only those whose data-v differs are touched, cell by cell
  let turn = 0;
  async function patchTable(fresh) {
    const old = table(), mine = ++turn;
    if (!fresh) return;
    const oldBody = body(), freshBody = fresh.querySelector("#rows");
    if (!oldBody || !freshBody) {
      if (old.querySelector(".panel")) return;
      old.replaceChildren(...fresh.childNodes);
      window.htmx.process(old);
      accept(old, fresh);
      return;
    }
    const rows = [...freshBody.children], partial = freshBody.dataset.changed !== undefined;
    const order = partial ? freshBody.dataset.order.split(" ").filter(Boolean) : rows.map((row) => row.id.slice(6));
    const news = [], changed = [];
    for (const next of rows) {
      const row = document.getElementById(next.id);
      if (row && row.dataset.v !== next.dataset.v) changed.push([row, next]);
    }
    if (order.length) arrange(oldBody, order, new Map(rows.map((row) => [row.id, row])), news);
    let began = performance.now();
    for (const [row, next] of changed) {
      if (performance.now() - began > FRAME) {
        await new Promise((done) => { setTimeout(done); });
        // A newer answer knows all that this one knew: what is left is left to it.
        if (mine !== turn) return;
        began = performance.now();
      }
      keepingFocus(() => news.push(...patchRow(row, next)));
    }
    accept(old, fresh);
    if (news.length) say(news.slice(0, 4).join(". ") + (news.length > 4 ? ` y otras novedades: ${news.length - 4}` : ""));
  }
  function accept(old, fresh) {
    for (const name of ["v", "have", "busy", "vendorOffset"]) old.dataset[name] = fresh.dataset[name];
    old.classList.toggle("many", (body()?.children.length || 0) > MANY);
    sift(false);
    tell();
    count();
  }
  function arrange(rows, order, fresh, news) {
    const wanted = new Set(order.map((id) => `order-${id}`));
    for (const row of [...rows.children]) if (row.classList.contains("row") && !wanted.has(row.id)) leave(row);
    let cursor = rows.firstElementChild;
    const skip = () => { while (cursor && (cursor.classList.contains("panel") || cursor.classList.contains("gone"))) cursor = cursor.nextElementSibling; };
    for (const id of wanted) {
      skip();
      const mine = document.getElementById(id), next = fresh.get(id);
      if (mine && mine === cursor) cursor = cursor.nextElementSibling;
      else if (mine) {
        const panels = panelsOf(mine);
        keepingFocus(() => { rows.insertBefore(mine, cursor); mine.after(...panels); });
      } else if (next) {
        rows.insertBefore(next, cursor);
        news.push(mark(next, "Número nuevo"));
      }
    }
  }
  function leave(row) {
    if (!panelsOf(row).length) { row.remove(); return; }
    // Somebody is reading its messages: it stays until the panel is closed.
    row.classList.add("gone");
    row.querySelector(".c-state").textContent = "Ya no está en la lista";
    row.querySelector("[id^=activate-]")?.remove();
  }
  function patchRow(row, fresh) {
    const news = [], before = { ...row.dataset }, ours = ["data-news", "hidden"];
    for (const name of row.getAttributeNames()) if (!fresh.hasAttribute(name) && !ours.includes(name)) row.removeAttribute(name);
    for (const { name, value } of fresh.attributes) row.setAttribute(name, value);
    markPanels(row, fresh);
    [...fresh.cells].forEach((cell, index) => {
      if (row.cells[index].innerHTML !== cell.innerHTML) row.cells[index].replaceWith(cell);
    });
    const state = before.state !== row.dataset.state, sms = Number(row.dataset.new || 0) > Number(before.new || 0);
    if (state) news.push(mark(row, "Ha cambiado", row.dataset.state));
    if (sms) news.push(mark(row, "SMS nuevo"));
    return news;
  }

  // --- what is new stays marked, in its row and in the tab's title, until the person has looked at the row
  const title = document.title;
  function mark(row, kind, words = kind) {
    row.dataset.news = kind;
    return `${row.querySelector(".digits").textContent}: ${words}`;
  }
  function look(row) {
    if (!row || document.hidden) return;
    const owner = row.classList.contains("panel") ? ownerOf(row) : row;
    if (owner?.dataset.news === undefined) return;
    delete owner.dataset.news;
    tell();
  }
  function tell() {
    const fresh = body()?.querySelectorAll(":scope > [data-news]").length;
    const words = fresh ? `(${fresh}) ${title}` : title;
    if (document.title !== words) document.title = words;
  }
  for (const name of ["pointermove", "pointerdown", "focusin", "keydown", "click"]) {
    document.addEventListener(name, (event) => look(event.target.closest?.("#rows > tr")), { passive: true });
  }

  // --- words that count on: only where they are seen, for there may be thousands of them
  function inView() {
    const rows = body(), box = rows?.getBoundingClientRect(), found = [];
    if (!rows || box.bottom <= 0 || box.top >= innerHeight) return found;
    const at = document.elementsFromPoint(box.left + box.width / 2, Math.max(0, box.top) + 1);
    let row = at.map((one) => one.closest("#rows > tr")).find(Boolean) || rows.firstElementChild;
    for (; row && row.getBoundingClientRect().top < innerHeight; row = row.nextElementSibling) if (!row.hidden) found.push(row);
    return found;
  }
  function count() {
    const ours = now(), theirs = ours + vendorOffset();
    const put = (element, words) => { if (element.textContent !== words) element.textContent = words; };
    for (const row of inView()) {
      for (const e of row.querySelectorAll("[data-since]")) put(e, span(ours - Number(e.dataset.since)));
      for (const e of row.querySelectorAll("[data-until]")) put(e, left(Number(e.dataset.until) - theirs));
    }
  }

  // --- the filter; rentals/finding.py has the same rules
  const field = document.getElementById("numbers-filter");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
  const bare = (text) => text.replace(/[\s+().\-/]/g, "");
  const isNumber = (text) => /^[0-9]+$/.test(text);
  function finder(query) {
    const words = query.split(/\s+/).filter(Boolean), number = bare(query);
    return (text) => {
      const [digits, openings, rest] = text.split("|");
      const has = (word) => (isNumber(bare(word)) && digits.includes(bare(word))) || ` ${openings}`.includes(` ${word}`)
        || (word.length > 2 ? rest.includes(word) : ` ${rest}`.includes(` ${word}`));
      return (isNumber(number) && digits.includes(number)) || words.every(has);
    };
  }
  function sift(typed) {
    const rows = body(), query = fold(field?.value || "");
    if (!rows || !field || (!query && !typed && !rows.querySelector(":scope > [hidden]"))) return;
    const finds = finder(query), here = document.activeElement?.closest?.("#rows > tr"), mine = here && ownerOf(here);
    let found = 0, all = 0;
    for (const row of rows.children) {
      if (!row.classList.contains("row")) { row.hidden = ownerOf(row)?.hidden || false; continue; }
      all += 1;
      // A refresh does not take the row away that somebody is in.
      const shown = !query || row === here || row === mine || finds(row.dataset.find);
      if (shown) found += 1;
      if (row.hidden === shown) row.hidden = !shown;
    }
    document.getElementById("nothing-found").hidden = found > 0;
    const place = document.querySelector("[data-count]"), words = `${query ? `${found} de ` : ""}${all} ${all === 1 ? "número" : "números"}`;
    if (place && place.textContent !== words) place.textContent = words;
    if (typed) { clearTimeout(pause); pause = setTimeout(() => { say(words); keepInAddress(); }, 500); }
  }
  let pause = 0;
  function keepInAddress() {
    const query = new URLSearchParams(location.search);
    if (field.value) query.set("q", field.value); else query.delete("q");
    if (location.pathname === "/") history.replaceState(history.state, "", `/${query.size ? `?${query}` : ""}${location.hash}`);
  }
  // The order form writes its choice into the address: what is typed here stays in it.
  for (const name of ["change", "htmx:replacedInHistory"]) {
    document.addEventListener(name, () => { if (field?.value) setTimeout(keepInAddress); });
  }
  function filterBy(words) { field.value = words; sift(true); field.focus(); }
  field?.addEventListener("input", () => sift(true));
  field?.form.addEventListener("submit", (event) => event.preventDefault());
  // A field that the browser has filled in again after a reload counts as typed.
  if (field?.value) sift(false);

  // --- what the rows' buttons do
  document.addEventListener("click", (event) => {
    const preset = event.target.closest?.("[data-filter-by]");
    if (preset) { event.preventDefault(); filterBy(preset.dataset.filterBy); return; }
    const button = event.target.closest?.("#rows button[formaction]");
    if (!button) return;
    event.preventDefault();
    // The second half of a double click meets the other button that the first has put there: it would undo it.
    if (button.classList.contains("htmx-request") || button.ariaDisabled === "true" || (event.detail > 1 && button.id.startsWith("hold"))) return;
    const open = document.getElementById(button.dataset.panel);
    if (open) closePanel(open);
    else act(button);
  });
  function act(button) {
    const panel = button.dataset.panel, dialog = "dialog" in button.dataset;
    window.htmx.ajax(panel || dialog ? "GET" : "POST", button.getAttribute("formaction"), {
      source: button, target: dialog ? "#dialog-body" : button.closest("tr"), swap: dialog ? "innerHTML" : panel ? "afterend" : "outerHTML",
      values: panel || dialog ? {} : { [button.name]: button.value },
    }).catch(() => {}); // what went wrong is told by htmx's events
  }
  document.addEventListener("htmx:afterSwap", (event) => {
    const button = event.detail.requestConfig?.elt;
    if (button?.dataset?.panel) {
      const panel = document.getElementById(button.dataset.panel), row = panel && ownerOf(panel);
      if (row) { markPanels(row); markRead(row, panel); refresh(); }
    }
    const row = /^(activate|hold)-/.test(button?.id) && document.getElementById(button.id.replace(/^\w+/, "order"));
    if (!row) return;
    // The table is not any more what the server believes it to be.
    table().dataset.have = "";
    if (row.dataset.busy) table().dataset.busy = row.dataset.busy;
    markPanels(row);
    inZone(row);
    // The button that was pressed is gone; focus stays in its row.
    if (document.activeElement === document.body) row.querySelector("button[id^=activate-], [data-panel]")?.focus({ preventScroll: true });
    say((row.querySelector(".note") || row.querySelector(button.id.startsWith("hold") ? ".holder" : ".state"))?.textContent || "libre");
  });

  // --- panels
  function panelsOf(row, found = []) {
    for (let next = row?.nextElementSibling; next?.classList.contains("panel"); next = next.nextElementSibling) found.push(next);
    return found;
  }
  function ownerOf(panel) {
    let row = panel;
    while (row?.classList.contains("panel")) row = row.previousElementSibling;
    return row;
  }
  function markPanels(row, drawn = row) {
    for (const button of drawn.querySelectorAll("[data-panel]")) {
      const open = Boolean(document.getElementById(button.dataset.panel));
      button.setAttribute("aria-expanded", String(open));
      if (open) button.setAttribute("aria-controls", button.dataset.panel);
      else button.removeAttribute("aria-controls");
    }
  }
  function closePanel(panel) {
    const row = ownerOf(panel), inside = panel.contains(document.activeElement);
    const button = row?.querySelector(`[data-panel="${panel.id}"]`);
    panel.remove();
    if (row?.classList.contains("gone") && !panelsOf(row).length) { row.remove(); return; }
    if (row) markPanels(row);
    if (inside) button?.focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open], :popover-open")) return;
    if (event.target === field && field.value) { event.preventDefault(); filterBy(""); return; }
    const place = event.target.closest?.("#rows > tr");
    if (!place) return;
    if (event.target.dataset.why && !("hush" in event.target.dataset)) { event.target.dataset.hush = ""; return; } // first the reason goes
    const panels = panelsOf(place), mine = document.getElementById(event.target.closest("[data-panel]")?.dataset.panel);
    const panel = place.classList.contains("panel") ? place : mine || panels[0];
    if (panel) closePanel(panel);
  });
  function patchMore(section, fresh) {
    if (!fresh) return;
    section.dataset.v = fresh.dataset.v;
    keepingFocus(() => { for (const fact of fresh.querySelectorAll("dd[id], .acts[id]")) replaceIfNew(document.getElementById(fact.id), fact); });
  }

  // Its messages are on the screen: the row no longer calls for them. The version of the table does not know this.
  function markRead(row, panel) {
    if (!row || (panel && !panel.id.startsWith("sms-"))) return;
    const button = row.querySelector("[id^=look-]"), badge = button?.querySelector(".badge");
    row.classList.remove("fresh");
    button?.classList.remove("main");
    if (!badge) return;
    badge.remove();
    button.setAttribute("aria-label", `SMS de ${row.querySelector("[data-copy]")?.dataset.copy || ""}`);
  }

  function patchPanel(section, fresh) {
    if (!fresh) return;
    const had = new Set([...section.querySelectorAll(".sms")].map((sms) => sms.id)), looked = "looking" in section.dataset;
    const asked = document.activeElement.closest?.(".sms-more");
    keepingFocus(() => {
      for (const name of ["v", "last", "all", "looking"]) {
        if (name in fresh.dataset) section.dataset[name] = fresh.dataset[name];
        else delete section.dataset[name];
      }
      patchChildren(section, fresh);
    });
    const came = [...section.querySelectorAll(".sms")].filter((sms) => !had.has(sms.id));
    if (asked && !asked.isConnected) came[0]?.focus({ preventScroll: true });
    const news = came.filter((sms) => sms.classList.contains("is-new"));
    if (news.length) {
      say(news.slice(0, 3).map(inWords).join(". "));
      markRead(document.getElementById(section.id.replace("sms-of-", "order-")));
    } else if (looked && !("looking" in section.dataset)) {
      const trouble = section.querySelector(".told .trouble");
      say(trouble ? trouble.parentElement.innerText : "Actualizado: no hay SMS nuevos");
    }
  }

  // --- what the refresh itself has to say
  document.addEventListener("mirror:state", (event) => {
    failures = 0;
    trouble("");
    const age = document.querySelector("[data-good-at] [data-age]");
    if (age && event.detail.good_at) age.dataset.age = String(Math.floor(event.detail.good_at));
  });
  function trouble(words) {
    const place = document.querySelector("[data-refresh-trouble]");
    if (!place) return;
    place.hidden = !words;
    if (place.textContent !== words) place.textContent = words;
  }
  function failed(event, words) {
    if (event.detail.elt !== table()) return;
    failures = Math.min(failures + 1, 5);
    trouble(`· ${words}`);
  }
  document.addEventListener("htmx:sendError", (event) => failed(event, "sin conexión con el panel; se vuelve a intentar"));
  document.addEventListener("htmx:timeout", (event) => failed(event, "el panel no contesta; se vuelve a intentar"));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401) failed(event, "el panel ha fallado; se vuelve a intentar");
  });
  document.addEventListener("session:ended", () => { failures = 5; trouble("· su sesión ha terminado"); });
})();
