// The hands of the review screen. It draws markup made by the kernel into a shadow root, where
// the notebook's own style does not reach, and sends back which control was used. It decides
// nothing: what may be seen and what is saved is the kernel's word.

const REGIONS = ["bar", "queue", "evidence", "rubric"];
const PAGE = `
<a class="skip" href="#" data-to="rubric">Skip to rubric</a>
<header class="bar" data-region="bar"></header>
<nav class="queue" data-region="queue" aria-label="Queue"></nav>
<main data-region="evidence" tabindex="-1" aria-label="Evidence"></main>
<aside data-region="rubric" id="rubric" tabindex="-1" aria-label="Rubric"></aside>
<footer class="keys" aria-label="Keys">
  <span class="said" role="status" aria-live="polite"></span>
  <span><kbd>1</kbd>–<kbd>4</kbd> level</span>
  <span><kbd>n</kbd> <kbd>N</kbd> next, previous dimension</span>
  <span><kbd>j</kbd> <kbd>k</kbd> next, previous moment</span>
  <span><kbd>p</kbd> pin moment to this level</span>
  <span><kbd>L</kbd> lock</span>
  <label><input type="checkbox" class="single" checked> single keys</label>
</footer>`;

export default {
  render({ model, el }) {
    el.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own j, k, n stay out of here
    const root = el.attachShadow({ mode: "open" });
    const sheet = document.createElement("style");
    sheet.textContent = model.get("style_sheet");
    const page = document.createElement("div");
    page.className = "page desk";
    page.innerHTML = PAGE;
    root.append(sheet, page);

    const one = (what) => page.querySelector(what);
    const all = (what) => [...page.querySelectorAll(what)];
    const now = { moment: null, dimension: null };

    const draw = (region) => {
      const place = one(`[data-region=${region}]`);
      const key = root.activeElement?.dataset.key;
      const open = [...place.querySelectorAll("details[open] > summary")].map((s) => s.dataset.key);
      place.innerHTML = model.get(region);
      for (const summary of place.querySelectorAll("summary")) {
        if (open.includes(summary.dataset.key)) summary.parentElement.open = true;
      }
      const again = key && place.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (again && root.activeElement !== again) again.focus({ preventScroll: true });
      if (region === "evidence") chooseMoment(byId(now.moment) ?? one(".mo"), false);
      if (region === "rubric") chooseDimension(fieldOf(now.dimension) ?? one("fieldset"), false);
      pin();
    };
    const byId = (id) => id && one(`.mo[data-moment="${CSS.escape(id)}"]`);
    const fieldOf = (id) => id && one(`fieldset[data-dimension="${CSS.escape(id)}"]`);
    const pin = () => {
      const pins = model.get("pins");
      for (const place of all(".mo")) {
        const told = pins[place.dataset.moment];
        place.querySelector(".pinned").textContent = told ? `Pinned to ${told.join("; ")}` : "";
      }
    };
    const chooseMoment = (place, move = true) => {
      if (!place) return;
      for (const other of all(".mo.on")) other.classList.remove("on");
      place.classList.add("on");
      now.moment = place.dataset.moment;
      if (move) {
        place.scrollIntoView({ block: "nearest" });
        place.focus({ preventScroll: true });
      }
    };
    const chooseDimension = (place, move = true) => {
      for (const other of all("fieldset.on")) other.classList.remove("on");
      now.dimension = place?.dataset.dimension ?? null;
      if (!place) return;
      place.classList.add("on");
      if (move) {
        place.scrollIntoView({ block: "nearest" });
        (place.querySelector("input:checked") ?? place.querySelector("input")).focus();
      }
    };
    const step = (places, here, by, choose) => {
      const next = places[places.indexOf(here) + by];
      if (next) choose(next);
    };
    const say = (text, isDone) => {
      const place = one(".said");
      place.textContent = text;
      place.classList.toggle("bad", !isDone);
    };
    const goTo = (id) => {
      const place = root.getElementById(id);
      if (place?.classList.contains("mo")) chooseMoment(place);
      else place?.scrollIntoView({ block: "start" });
      if (id === "rubric") place.focus();
    };

    page.addEventListener("click", (event) => {
      const used = event.target.closest("[data-to], [data-call], button[data-do]");
      const moment = event.target.closest(".mo");
      if (moment) chooseMoment(moment, false);
      const field = event.target.closest("fieldset");
      if (field) chooseDimension(field, false);
      if (!used) return;
      const { to, call, do: what } = used.dataset;
      if (to) {
        event.preventDefault();
        goTo(to);
      } else if (call) {
        model.send({ do: "call", call: Number(call) });
      } else if (what === "pin") {
        model.send({ do: "pin", dimension: now.dimension ?? "", moment: used.dataset.moment });
      } else {
        model.send({ ...used.dataset });
      }
    });
    page.addEventListener("change", (event) => {
      const { do: what, dimension } = event.target.dataset;
      if (what === "rate") {
        now.dimension = dimension;
        model.send({ do: "rate", dimension, level: Number(event.target.value) });
      }
    });
    page.addEventListener("submit", (event) => {
      event.preventDefault();
      const { level, reason } = Object.fromEntries(new FormData(event.target));
      const { dimension } = event.target.dataset;
      model.send({ do: "correct", dimension, level: Number(level), reason });
    });
    page.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const at = event.target;
      const writes = at.matches("textarea, select, input:not([type=radio], [type=checkbox])");
      if (writes || event.ctrlKey || event.metaKey || event.altKey || !one(".single").checked) return;
      const moments = all(".mo"), fields = all("fieldset");
      const keys = {
        j: () => step(moments, byId(now.moment), 1, chooseMoment),
        k: () => step(moments, byId(now.moment), -1, chooseMoment),
        n: () => step(fields, fieldOf(now.dimension), 1, chooseDimension),
        N: () => step(fields, fieldOf(now.dimension), -1, chooseDimension),
        p: () => model.send({ do: "pin", dimension: now.dimension ?? "", moment: now.moment ?? "" }),
        L: () => one("[data-do=ask_lock]") ? model.send({ do: "ask_lock" }) : say("It cannot be locked yet.", false),
      };
      const level = /^[1-4]$/.test(event.key) && now.dimension;
      if (level) model.send({ do: "rate", dimension: now.dimension, level: Number(event.key) });
      else if (!keys[event.key]) return;
      else keys[event.key]();
      event.preventDefault();
    });

    model.on("msg:custom", (told) => {
      if ("body" in told) {
        const place = one(".call");
        place.innerHTML = told.body;
        place.scrollIntoView({ block: "nearest" });
        place.focus({ preventScroll: true });
      } else {
        say(told.said, told.done);
      }
    });
    for (const region of REGIONS) model.on(`change:${region}`, () => draw(region));
    model.on("change:pins", pin);
    for (const region of REGIONS) draw(region);
    return () => REGIONS.forEach((region) => model.off(`change:${region}`));
  },
};
