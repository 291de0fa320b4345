// One event beside the list, where there is room; else its page. The way back leads to the row that one came from.
import { trying } from "../control.js";
import { showTimes } from "../times.js";
import { addressOf, part } from "./address.js";

const POSITION = "eppo-emulator.inbox.position";
const wide = matchMedia("(min-width: 1200px)");
const beside = () => document.getElementById("beside");
const rowOf = (seq) => document.getElementById(`e${seq}`);
const opened = () => beside().querySelector("#event")?.dataset.seq;
const shows = () => beside().childElementCount > 0;

/** Return the address of this list without the event that is open, as it is remembered. */
const here = () => {
  const url = new URL(location.href);
  url.searchParams.delete("open");
  url.hash = "";
  return url.href;
};

function mark(seq) {
  document.querySelector("#rows tr.open")?.classList.remove("open");
  rowOf(seq)?.classList.add("open");
}

async function open(href, { push = true } = {}) {
  await trying(async () => {
    const event = await part(href, "event");
    if (!event) throw new Error("This event is not there any more.");
    beside().replaceChildren(event);
    document.getElementById("inbox").classList.add("opened");
    beside().scrollTop = 0;
    mark(event.dataset.seq);
    const url = new URL(location.href);
    url.searchParams.set("open", event.dataset.seq);
    if (push) history.pushState(null, "", url);
    showTimes();
  });
}

/** Close what is open, and return whether anything was. */
export function close() {
  const seq = opened();
  if (!shows()) return false;
  beside().replaceChildren();
  document.getElementById("inbox").classList.remove("opened");
  history.pushState(null, "", here());
  mark(null);
  focusRow(seq);
  return true;
}

function focusRow(seq) {
  const row = rowOf(seq);
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

function clicked(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const way = event.target.closest("#beside #newer-event, #beside #older-event, #rows [data-open]");
  const back = event.target.closest("#beside #back");
  const row = event.target.closest("a, button") ? null : event.target.closest("#rows [data-row]");
  if (back) {
    event.preventDefault();
    close();
  } else if (way || (row && getSelection().isCollapsed)) {
    const link = way ?? row.querySelector("[data-open]");
    const seq = link.closest("[data-row]")?.dataset.seq;
    if (wide.matches) {
      event.preventDefault();
      open(link.href);
      if (row) row.focus({ preventScroll: true });
    } else {
      sessionStorage.setItem(POSITION, JSON.stringify({ url: here(), seq }));
      if (row) location.assign(link.href);
    }
  }
}

/** Find the row again that somebody left, or that the address names. */
function comeBack() {
  const left = JSON.parse(sessionStorage.getItem(POSITION) ?? "null");
  sessionStorage.removeItem(POSITION);
  if (left?.url === here()) focusRow(left.seq);
  else if (/^#e\d+$/.test(location.hash)) focusRow(location.hash.slice(2));
}

export function startBeside() {
  document.addEventListener("click", clicked);
  document.addEventListener("swapped", () => {
    document.getElementById("inbox").classList.toggle("opened", shows());
    mark(opened());
  });
  document.addEventListener("pulse", ({ detail: { now, before } }) => {
    // What the flags say now is another thing after an edit.
    if (opened() && now.revision !== before.revision) open(addressOf(opened()), { push: false });
  });
  mark(opened());
  comeBack();
}
