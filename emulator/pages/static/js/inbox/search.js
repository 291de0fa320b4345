// The search box: how the query may go on, as a listbox under it. See the ARIA practices' "editable combobox with list
// autocomplete": the focus stays in the box, the chosen offer is its active descendant.
import { query } from "./address.js";

const DELAY_MS = 60;
const box = () => document.getElementById("q");
const list = () => document.getElementById("offers");
let completion = { start: 0, offers: [] };
let chosen = -1;
let running = null;
let timer = null;

/** Let the box say what the address asks for. */
function follow() {
  if (box().value !== query()) box().value = query();
}

function close() {
  clearTimeout(timer);
  running?.abort();
  list().hidden = true;
  chosen = -1;
  box().setAttribute("aria-expanded", "false");
  box().removeAttribute("aria-activedescendant");
}

async function offer() {
  running?.abort();
  const mine = (running = new AbortController());
  const typed = box().value.slice(0, box().selectionStart);
  const url = new URL("/inbox/completion", location.href);
  for (const name of ["environment", "sdkKey"]) {
    const value = new URLSearchParams(location.search).get(name);
    if (value) url.searchParams.set(name, value);
  }
  url.searchParams.set("q", typed);
  try {
    const response = await fetch(url, { signal: mine.signal });
    if (!response.ok || mine.signal.aborted) return;
    completion = await response.json();
  } catch (error) {
    if (error.name !== "AbortError") console.warn("completions could not be fetched:", error);
    return;
  }
  const tail = typed.slice(completion.start);
  completion.offers = completion.offers.filter(({ text }) => text !== tail);
  if (mine.signal.aborted || document.activeElement !== box()) return;
  show();
}

function show() {
  list().replaceChildren(...completion.offers.map(item));
  if (!completion.offers.length) return close();
  chosen = -1;
  list().hidden = false;
  box().setAttribute("aria-expanded", "true");
  box().removeAttribute("aria-activedescendant");
}

function item({ text, note }, place) {
  const option = document.createElement("li");
  Object.assign(option, { id: `offer-${place}`, role: "option" });
  option.setAttribute("aria-selected", "false");
  const words = document.createElement("span");
  words.textContent = text;
  option.append(words);
  if (note) {
    const more = document.createElement("span");
    Object.assign(more, { className: "muted", textContent: note });
    option.append(more);
  }
  return option;
}

function choose(place) {
  const options = [...list().children];
  chosen = (place + options.length) % options.length;
  options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
  box().setAttribute("aria-activedescendant", options[chosen].id);
  options[chosen].scrollIntoView({ block: "nearest" });
}

function accept(place) {
  const { text, goesOn } = completion.offers[place];
  const rest = box().value.slice(box().selectionStart);
  const words = goesOn ? text : `${text} `;
  const before = box().value.slice(0, completion.start) + words;
  box().value = before + rest.trimStart();
  box().setSelectionRange(before.length, before.length);
  close();
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

const keys = {
  ArrowDown: () => (list().hidden ? offer() : choose(chosen + 1)),
  ArrowUp: () => !list().hidden && choose(chosen < 0 ? -1 : chosen - 1),
  Enter: () => chosen >= 0 && !list().hidden && accept(chosen),
  Tab: () => chosen >= 0 && !list().hidden && accept(chosen),
  Escape: () => !list().hidden && close(),
};

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const open = !list().hidden;
  const done = keys[event.key]?.();
  if (event.key === "Enter" && done === false) close();
  if (done === false || !keys[event.key]) return;
  if (event.key === "Escape" && !open) return;
  event.preventDefault();
  // Escape closes the list, and only then leaves the box.
  event.stopPropagation();
}

export function startSearch() {
  box().addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, DELAY_MS);
  });
  box().addEventListener("keydown", pressed);
  box().addEventListener("blur", close);
  // A press must not take the focus from the box.
  list().addEventListener("pointerdown", (event) => event.preventDefault());
  list().addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) accept([...list().children].indexOf(option));
  });
  document.addEventListener("swapped", () => {
    // Whoever types is ahead of the address.
    if (document.activeElement !== box()) follow();
  });
  addEventListener("popstate", () => {
    follow();
    close();
  });
}
