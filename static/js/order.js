// The order form: the total follows every change at once; countries and services are found by typing.
(function () {
  "use strict";

  const form = () => document.getElementById("order-form");
  const offers = () => document.getElementById("offers");
  const usd = new Intl.NumberFormat("es", { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: false });
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

  // One service, or several where the switch "Varios servicios" makes them checkboxes.
  const services = () => [...form()?.querySelectorAll("input[name=service]:not(:disabled, [type=hidden])") ?? []];
  const chosen = () => services().filter((one) => one.checked);
  const codes = () => chosen().map((one) => one.value);
  function available(picks) {
    const operator = form().querySelector("#operator option:checked");
    if (operator?.value) return operator.dataset.available;
    const told = picks.map((one) => one.dataset.available).filter(Boolean).map(Number);
    return !picks.length ? "0" : told.length ? String(Math.min(...told)) : "";
  }
  function total() {
    const box = offers(), picks = chosen();
    if (!box || (!picks.length && !form().querySelector("#several:checked"))) return;
    const names = box.querySelector("[data-picked] span");
    if (names) names.textContent = picks.map((one) => one.dataset.name).join(", ") || "ninguno";
    // In ten-thousandths: sums of prices in binary would be off by a cent now and then.
    const sum = picks.reduce((money, one) => money + Math.round(Number(one.dataset.price) * 1e4), 0) / 1e4;
    const stock = available(picks), price = stock === "0" ? 0 : sum;
    box.querySelector("[data-available]:not(input):not(option)").textContent = stock === "" ? "sin dato" : stock;
    box.querySelector("[data-total]").textContent = usd.format(price);
    box.querySelector("[data-estimated]:not(input)").hidden = !picks.some((one) => one.dataset.estimated !== undefined);
    const limits = box.querySelector("[data-allowance]");
    if (limits) limits.querySelector("[data-over]").hidden = price <= Number(limits.dataset.allowance);
    const left = Number(box.dataset.balance) - price, after = box.querySelector("[data-after]");
    if (!after || !box.dataset.balance) return;
    after.textContent = usd.format(Math.abs(left));
    box.querySelector("[data-rest]").hidden = false;
    box.querySelector("[data-after-words]").textContent = left < 0 ? "faltan" : "quedarán";
    box.querySelector("[data-short]").hidden = left >= 0;
    after.closest(".after").classList.toggle("short", left < 0);
  }
  // What each period saves a day comes with the services: a service says it only where it is not what most save.
  function savings() {
    const picks = chosen(), only = picks.length === 1 ? picks[0].dataset.saves : undefined;
    const found = (only ?? offers()?.dataset.saves ?? "").split(" ").filter(Boolean);
    const saves = new Map(found.map((one) => one.split(":")));
    for (const option of document.querySelectorAll("#period option")) {
      const [name, days] = option.text.split(" · "), percent = saves.get(option.value);
      const words = percent ? `${name} · ${days} · −${percent} %` : `${name} · ${days}`;
      if (option.text !== words) option.text = words;
    }
    const note = document.getElementById("saving");
    // It explains what is read in the closed list, so it stands where that tells a saving.
    if (note) note.hidden = !saves.has(document.getElementById("period").value);
  }
  function operators() {
    const field = form().querySelector("[data-operator-field]"), select = form().querySelector("#operator");
    const lists = chosen().map((one) => new Map(JSON.parse(one.dataset.operators || "[]")));
    const shared = [...lists[0]?.keys() ?? []].filter((name) => lists.every((list) => list.has(name)));
    const names = shared.map((name) => [name, Math.min(...lists.map((list) => list.get(name)))]);
    select.replaceChildren(select.options[0], ...names.map(([name, count]) => {
      const option = new Option(`${name} · ${count}`, name);
      option.dataset.available = String(count);
      option.disabled = count === 0;
      return option;
    }));
    select.value = "";
    field.hidden = !names.length;
  }
  function address() {
    const query = new URLSearchParams(new FormData(form()));
    for (const [name, value] of [...query]) if (!value) query.delete(name);
    if (location.pathname === "/") history.replaceState(history.state, "", `/?${query}${location.hash}`);
  }
  document.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (!form()?.contains(event.target)) return;
    document.getElementById("form-errors")?.remove();
    // Arrow keys pass through many countries: prices are asked for after a pause, and until then they are not these.
    if (["country", "period", "several"].includes(name)) offers()?.setAttribute("aria-busy", "true");
    if (name === "service") { picked = { services: codes(), operator: "" }; operators(); savings(); }
    if (name === "period") savings();
    if (name === "operator") picked = { services: codes(), operator: value };
    if (["service", "operator"].includes(name)) { clearErrors(); total(); address(); }
  });
  // What was picked while new prices were on their way is picked in them too.
  let picked = null;
  function pickAgain() {
    if (!picked) return;
    const all = services(), several = all[0]?.type === "checkbox";
    const there = picked.services.filter((code) => all.some((one) => one.value === code)).slice(several ? 0 : -1);
    // A service that is not to be had here takes no other's place; what was unticked stays so.
    const other = (there.length || !picked.services.length) && all.some((one) => one.checked !== there.includes(one.value));
    if (other) {
      for (const one of all) one.checked = there.includes(one.value);
      operators();
    }
    const select = document.getElementById("operator");
    const option = codes().join() === picked.services.join() && [...select.options].find((one) => one.value === picked.operator && !one.disabled);
    if (!other && (!option || option.selected)) return;
    if (option) option.selected = true;
    total();
    address();
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    // What was lost on the way is asked for again (data-retry) and is not these prices until then; a refusal is final.
    const { elt, xhr, successful } = event.detail;
    if (["country", "period", "several"].includes(elt.id) && !successful && xhr.status >= 400 && xhr.status < 500) offers()?.removeAttribute("aria-busy");
  });
  function clearErrors() {
    for (const id of ["service-error", "operator-error"]) document.getElementById(id)?.remove();
    document.getElementById("operator")?.removeAttribute("aria-invalid");
  }

  // --- find by typing: accents and case do not count
  let typed = "";
  function filter() {
    const field = document.getElementById("service-filter");
    if (!field) return;
    typed = field.value;
    const words = fold(typed).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const label of offers().querySelectorAll("[data-search]")) {
      const text = fold(label.dataset.search), match = words.every((word) => text.includes(word));
      label.hidden = !match;
      shown += match ? 1 : 0;
    }
    for (const heading of offers().querySelectorAll(".group")) heading.hidden = words.length > 0;
    offers().querySelector("[data-no-match]").hidden = shown > 0 || !typed;
  }
  document.addEventListener("input", (event) => { if (event.target.id === "service-filter") filter(); });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "service-filter" || event.key !== "Enter") return;
    // Enter takes the first that is left, as one expects of a search; it does not rent.
    event.preventDefault();
    const first = offers().querySelector("[data-search]:not([hidden]) input:not(:disabled)");
    if (first) first.click();
  });

  // --- a country is found by typing while its select has focus, as a select is, but by more than its name
  const PAUSE = 1200;
  let sought = "", pause = 0;
  const lettersOf = (text) => fold(text.replace(/[^\p{L}\p{N}]+/gu, " "));
  function rank(option, asked) {
    const name = lettersOf(option.text), also = option.dataset.also || "", all = ` ${name} ${also}`;
    const words = asked.trim().split(" ");
    const tests = [fold(option.value) === asked, name.startsWith(asked), also.startsWith(asked), words.every((word) => all.includes(` ${word}`))];
    return (tests.indexOf(true) + 5) % 5;
  }
  function bestCountry(select) {
    const asked = fold(sought) + (sought.endsWith(" ") ? " " : ""), options = [...select.options].filter((option) => option.value);
    let best = null, least = 4;
    for (const option of options) {
      const place = rank(option, asked);
      if (place < least) { best = option; least = place; }
    }
    if (best || !/^(.)\1+$/u.test(asked)) return best;
    // The same letter again and again goes through the countries that begin with it, as in any select.
    const same = options.filter((option) => lettersOf(option.text).startsWith([...asked][0]));
    return same[(same.indexOf(select.selectedOptions[0]) + 1) % same.length] || null;
  }
  function seek(select) {
    const found = bestCountry(select), name = found?.text.replace(/[^\p{L}\p{N}\p{P}]+/gu, " ").trim();
    sayTyped(`«${sought}»: ${name || "ningún país coincide"}`);
    clearTimeout(pause);
    pause = setTimeout(forget, PAUSE, Boolean(found));
    if (!found || found.selected) return;
    found.selected = true;
    for (const kind of ["input", "change"]) select.dispatchEvent(new Event(kind, { bubbles: true }));
  }
  function sayTyped(words) {
    const line = document.getElementById("country-typed");
    if (line) line.textContent = words;
  }
  function forget(quietly) {
    clearTimeout(pause);
    sought = "";
    if (quietly) sayTyped("");
  }
  document.addEventListener("keydown", (event) => {
    const { key, target } = event, letters = [...key].length === 1 && (key !== " " || sought);
    if (target.id !== "country" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || key === "Shift") return;
    if (!letters && !(sought && ["Backspace", "Escape"].includes(key))) { forget(true); return; }
    event.preventDefault();
    if (letters) sought += key;
    else sought = key === "Escape" ? "" : [...sought].slice(0, -1).join("");
    if (sought) seek(target);
    else forget(true);
  });
  document.addEventListener("focusout", (event) => { if (event.target.id === "country") forget(true); });

  // --- a new price list arrives: what was typed stays, the chosen service is in view
  // An old list, or one that could not be read, is looked for again while somebody sees it and the panel lets them.
  setInterval(() => { if (!document.hidden) document.querySelector("#offers[data-again]")?.dispatchEvent(new CustomEvent("again")); }, 5000);
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.elt.id === "offers" && event.detail.xhr.status < 500) delete event.detail.elt.dataset.again;
  });

  // Focus and place in a list that is drawn again while somebody is in it.
  let place = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "offers") return;
    const focused = document.activeElement;
    place = {
      of: listOf(),
      top: document.getElementById("services").scrollTop,
      focused: focused.name === "service" ? focused.value : "",
    };
  });
  const listOf = () => ["country", "period"].map((id) => document.getElementById(id).value).join(" ");
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!["offers", "order-form"].includes(event.detail.target?.id) && event.detail.elt?.id !== "offers") return;
    const field = document.getElementById("service-filter"), list = document.getElementById("services");
    if (field && typed) { field.value = typed; filter(); }
    pickAgain();
    ready();
    if (place?.of === listOf() && place.top) list.scrollTop = place.top;
    else showChosen();
    if (place?.focused) [...list.querySelectorAll("input")].find((one) => one.value === place.focused)?.focus({ preventScroll: true });
    place = null;
    if (event.detail.xhr.status === 422) {
      form().querySelector("[aria-invalid=true], .services[aria-describedby] input:not(:disabled), .services[aria-describedby]")?.focus();
    }
  });
  function showChosen() {
    const label = chosen()[0]?.closest("label"), list = document.getElementById("services");
    if (label && list) list.scrollTop = label.offsetTop - list.clientHeight / 3;
  }
  function ready() {
    const select = document.getElementById("country");
    // Without script the browser finds by name alone, so nobody is told otherwise.
    if (select && !select.matches("[aria-describedby~=country-hint]")) select.setAttribute("aria-describedby", `${select.getAttribute("aria-describedby")} country-hint`);
    if (offers()) savings();
  }
  ready();
  showChosen();

  // --- any other list of services is found in by typing too
  document.addEventListener("input", (event) => {
    const list = document.getElementById(event.target.dataset?.filterList || "");
    if (!list) return;
    const words = fold(event.target.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const label of list.querySelectorAll("[data-search]")) {
      const text = fold(label.dataset.search);
      label.hidden = !words.every((word) => text.includes(word));
      found += label.hidden ? 0 : 1;
    }
    list.querySelector("[data-no-match]").hidden = found > 0;
  });
  document.addEventListener("keydown", (event) => {
    const list = event.key === "Enter" && document.getElementById(event.target.dataset?.filterList || "");
    if (!list) return;
    event.preventDefault();
    list.querySelector("[data-search]:not([hidden]) input")?.click();
  });
  // What a spend has left is what the form counts with from then on.
  document.addEventListener("balance:read", () => {
    const amount = document.querySelector("#balance [data-amount]")?.dataset.amount, box = offers();
    if (!amount || !box || box.dataset.balance === amount) return;
    box.dataset.balance = amount;
    for (const place of box.querySelectorAll("[data-balance-now]")) place.textContent = usd.format(Number(amount));
    total();
  });
})();
