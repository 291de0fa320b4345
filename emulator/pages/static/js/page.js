// What every page starts. Scripts of single pages come on top of it.
import { startCopying } from "./copy.js";
import { startKeys, startRows } from "./keys.js";
import { watch } from "./live.js";
import { awake, silent } from "./silence.js";
import { startSwapping, swap } from "./swap.js";
import { showTimes } from "./times.js";
import { startUnread } from "./unread.js";

let pulse = JSON.parse(document.body.dataset.pulse);
const followed = document.body.dataset.follow.split(" ");

function told(news) {
  const before = pulse;
  pulse = news;
  document.dispatchEvent(new CustomEvent("pulse", { detail: { now: news, before } }));
  if (followed.some((name) => name && news[name] !== before[name])) swap();
}

let connection = null;

function connected(state) {
  connection = state;
  showConnection();
  if (state === "lost") silent();
  else awake(swap);
}

function showConnection() {
  if (!connection) return;
  const dot = document.getElementById("connection");
  dot.className = `dot ${connection}`;
  dot.title = connection === "live" ? "Live: what changes is shown" : "The emulator does not answer; trying again";
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.key === "Escape" || (event.type === "click" && !menu.contains(event.target))) menu.open = false;
  }
}

startSwapping();
startCopying();
startKeys();
startRows();
startUnread();
showTimes();
setInterval(showTimes, 1000);
document.addEventListener("swapped", showTimes);
document.addEventListener("swapped", showConnection);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
watch(told, connected);
