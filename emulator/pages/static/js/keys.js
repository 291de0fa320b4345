// The keyboard: single keys, told about by "?". None of them works while somebody types.

const bindings = new Map();
const chords = new Map();
let pending = null;

/** Let `key` (as in KeyboardEvent.key, or two in a row such as "g i") do `action`; `what` is told in the help. */
export function bind(key, what, action) {
  (key.includes(" ") ? chords : bindings).set(key, { what, action });
}

const typing = (element) => element?.closest?.("input, textarea, select, [contenteditable]");

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const chord = pending && chords.get(`${pending} ${event.key}`);
    pending = [...chords.keys()].some((key) => key.startsWith(`${event.key} `)) ? event.key : null;
    const found = chord ?? bindings.get(event.key);
    if (!found || found.action(event) === false) return;
    event.preventDefault();
  });
  document.getElementById("show-keys")?.addEventListener("click", help);
  bind("?", "this help", help);
  bind("/", "search", () => document.querySelector("[type=search]")?.focus());
  const scope = () => document.querySelector(".bar nav a")?.search ?? "";
  bind("g f", "go to the flags", () => location.assign(`/${scope()}`));
  bind("g i", "go to the inbox", () => location.assign(`/inbox${scope()}`));
  bind("g s", "go to the sandboxes", () => location.assign(`/sandboxes${scope()}`));
}

function help() {
  const dialog = document.getElementById("keys");
  const rows = [...bindings, ...chords].flatMap(([key, { what }]) => {
    const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
    key.split(" ").forEach((one, place) => {
      if (place) term.append(" ");
      const cap = document.createElement("kbd");
      cap.textContent = one === "Escape" ? "Esc" : one;
      term.append(cap);
    });
    detail.textContent = what;
    return [term, detail];
  });
  dialog.querySelector("dl").replaceChildren(...rows);
  dialog.showModal();
}

/** j and k move the focus along the rows (elements with `data-row`) of the page without opening; Enter opens. */
export function startRows() {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement?.closest("[data-row]"));
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  bind("j", "next row", () => move(1));
  bind("k", "previous row", () => move(-1));
  bind("Enter", "open the row", () => {
    const row = document.activeElement;
    if (!row?.matches("[data-row]")) return false;
    row.querySelector("[data-open], a[href]")?.click();
  });
}
