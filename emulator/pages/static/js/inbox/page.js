// The page of the inbox: what its parts are started with, and its keys.
import "../page.js";
import { bind } from "../keys.js";
import { swap } from "../swap.js";
import { markRead, newestEvent, readUpTo } from "../unread.js";
import { addressOf, narrowed } from "./address.js";
import { close, startBeside } from "./beside.js";
import { askToDelete, startDeletion } from "./deletion.js";
import { startLater } from "./later.js";
import { known, startList, togglePause } from "./list.js";
import { startSearch } from "./search.js";
import { startTimeline } from "./timeline.js";

// What came after it is new until somebody leaves, or says that all is read.
let line = readUpTo();

function showUnread() {
  if (readUpTo() < line) line = readUpTo();
  for (const row of document.querySelectorAll("#rows tr[data-seq]")) {
    row.classList.toggle("unread", Number(row.dataset.seq) > line);
  }
  const count = Math.max(0, newestEvent() - line, known() - line);
  document.getElementById("only-unread").disabled = count === 0;
  document.title = document.title.replace(/^(\(\d+\+?\) )?/, count ? `(${count > 99 ? "99+" : count}) ` : "");
}

function markAllRead() {
  line = Math.max(known(), newestEvent());
  markRead(line);
  showUnread();
}

function leave() {
  if (known()) markRead(Math.max(known(), readUpTo()));
}

/** Ask for another query, and show it. */
function ask(text) {
  const url = addressOf("", { q: text });
  history.pushState(null, "", url);
  return swap(url.href);
}

/** A value that is clicked with Alt, or left out by key, is what somebody does not want to see. */
function leaveOut(link) {
  const term = link?.dataset.term;
  if (!term) return false;
  ask(narrowed(`-${term}`));
  return true;
}

document.addEventListener(
  "click",
  (event) => {
    if (!event.altKey || !leaveOut(event.target.closest?.("[data-term]"))) return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);

function exportsFollow() {
  const filters = JSON.parse(document.getElementById("list").dataset.filters);
  for (const link of document.querySelectorAll("[data-export]")) {
    const [table, format] = link.dataset.export.split(" ");
    link.search = new URLSearchParams({ ...filters, table, format });
  }
}

startList();
startBeside();
startDeletion();
startSearch();
startLater();
startTimeline(ask);
showUnread();
document.addEventListener("rows", showUnread);
document.addEventListener("unread", showUnread);
document.addEventListener("swapped", () => {
  showUnread();
  exportsFollow();
});
document.addEventListener("visibilitychange", () => document.hidden && leave());
addEventListener("pagehide", leave);
document.getElementById("read").addEventListener("click", markAllRead);
document.getElementById("only-unread").addEventListener("click", () => ask(narrowed(`after:${line}`)));

bind("/", "search", () => document.getElementById("q").focus());
bind("p", "pause, and go on", togglePause);
bind("e", "mark all read", markAllRead);
bind("#", "delete what the query finds", askToDelete);
bind("-", "leave out the value that has the focus", () => leaveOut(document.activeElement));
bind("Escape", "close the event; leave the row", () => close() || document.activeElement?.blur());
bind("u", "close the event", close);
