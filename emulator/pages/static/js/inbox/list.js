// The newest events on top of the list, as they arrive. What somebody reads is never moved: while the page is scrolled,
// a row has the focus, an event is open or the list is paused, new rows wait behind a button that counts them.
import { showTimes } from "../times.js";
import { newestEvent } from "../unread.js";
import { addressOf, part } from "./address.js";
import { swap } from "../swap.js";

const PER_PAGE = 100;
const MOST_ROWS = 300;
const PAUSE_MS = 120;
let paused = false;
let looking = false;
let again = false;
let waiting = null;

const body = () => document.getElementById("rows");
const isLive = () => document.getElementById("list")?.dataset.live === "true";

/** Return the number of the newest event that the list knows of. */
export const known = () => Number(body()?.dataset.seen ?? 0);

function reading() {
  const rows = body();
  return (
    document.getElementById("inbox").classList.contains("opened") ||
    rows.contains(document.activeElement) ||
    rows.getBoundingClientRect().top < document.querySelector(".bar").getBoundingClientRect().bottom
  );
}

const held = () => paused || reading();

/** Look for what arrived, now or as soon as the look before is over. */
export async function look() {
  if (document.hidden || !isLive()) return;
  again = looking;
  if (looking) return;
  looking = true;
  try {
    await fetchRows();
  } catch (error) {
    console.warn("new events could not be fetched:", error);
  } finally {
    setTimeout(() => {
      looking = false;
      if (again) look();
    }, PAUSE_MS);
  }
}

async function fetchRows() {
  if (!body()) {
    // The very first event: there was no list before.
    await swap(location.href);
    return;
  }
  const [here, before] = [location.search, body()];
  const table = await part(addressOf("rows", { after: String(known()) }), "events");
  // Somebody asked for something else meanwhile.
  if (!table || here !== location.search || before !== body()) return;
  const fresh = table.querySelector("tbody");
  if (fresh.rows.length === 0) {
    if (!waiting) body().dataset.seen = fresh.dataset.seen;
    return;
  }
  waiting = fresh;
  if (held()) announce();
  else show();
}

function announce() {
  const button = document.getElementById("news");
  const count = waiting?.rows.length ?? 0;
  button.hidden = count === 0;
  const number = waiting?.dataset.older ? `${PER_PAGE}+` : count;
  const text = `${number} new${paused ? " while paused" : ""}`;
  if (count && button.textContent !== text) button.textContent = text;
}

/** Put what waits on top of the list. */
function show() {
  const rows = body();
  if (!waiting || !rows) return;
  const [fresh, seen] = [[...waiting.rows], waiting.dataset.seen];
  // More came than one page holds: the list begins anew, rather than with a gap.
  if (waiting.dataset.older) rows.replaceChildren();
  rows.prepend(...fresh.filter((row) => !document.getElementById(row.id)));
  fresh.forEach((row) => row.classList.add("fresh"));
  rows.dataset.seen = seen;
  document.getElementById("list").dataset.changed = "";
  if (waiting.dataset.older) older(waiting.dataset.older);
  waiting = null;
  document.querySelector("#list .nothing")?.remove();
  trim(rows);
  announce();
  showTimes();
  document.dispatchEvent(new CustomEvent("rows"));
}

/** Let a list that grows all day stay as long as a page can be. */
function trim(rows) {
  if (rows.rows.length <= MOST_ROWS) return;
  [...rows.rows].slice(PER_PAGE).forEach((row) => row.remove());
  older(addressOf("", { before: rows.lastElementChild.dataset.seq }).href);
}

function older(href) {
  let link = document.getElementById("older");
  if (!link) {
    link = document.createElement("a");
    Object.assign(link, { id: "older", className: "button", rel: "next", textContent: "Older events" });
    link.dataset.swap = "";
    document.querySelector("#list .pager").append(link);
  }
  link.href = href;
}

export function togglePause() {
  paused = !paused;
  const button = document.getElementById("pause");
  button.setAttribute("aria-pressed", String(paused));
  button.textContent = paused ? "Resume" : "Pause";
  if (!paused) letGo();
  announce();
}

function letGo() {
  if (waiting && body() && !held()) show();
}

function showNews() {
  if (paused) togglePause();
  document.activeElement?.blur();
  show();
  scrollTo({ top: 0 });
}

function asked() {
  waiting = null;
  announce();
  if (newestEvent() > known()) look();
}

export function startList() {
  document.addEventListener("pulse", ({ detail: { now, before } }) => {
    if (now.deleted !== before.deleted) swap(location.href);
    else if (now.seq !== before.seq) look();
  });
  document.addEventListener("swapped", asked);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("focusout", () => setTimeout(letGo));
  document.addEventListener("rows-free", letGo);
  addEventListener("scroll", letGo, { passive: true });
  document.getElementById("news").addEventListener("click", showNews);
  document.getElementById("pause").addEventListener("click", togglePause);
  if (newestEvent() > known()) look();
}
