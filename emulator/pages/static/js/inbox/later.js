// Parts of the page that take the server longer: fetched after the first paint, after another query, and now and then
// while events arrive. Each is an element with an id and `data-lazy`, and a page of its own at that name.
import { showTimes } from "../times.js";
import { addressOf, part } from "./address.js";

const EVERY_MS = 3000;
// A big inbox takes long to count. It is asked for so seldom that it has most of its time for others.
const REST = 8;
// The pages of one browser take turns, so that twenty of them leave the server free for what is new. Some browsers have
// locks at trusted addresses only.
const LOCK = "eppo-emulator.inbox.counting";
const inTurn = (signal, work) => (navigator.locks ? navigator.locks.request(LOCK, { signal }, work) : work());

class Later {
  constructor(element) {
    this.id = element.id;
    this.url = "";
    this.due = 0;
    this.timer = null;
    this.running = null;
  }

  get element() {
    return document.getElementById(this.id);
  }

  /** Fetch it now for what the page asks now; what is being fetched is given up where it is for something else. */
  async fetch() {
    clearTimeout(this.timer);
    this.timer = null;
    // Whoever does not look is told when he does.
    if (document.hidden) return;
    // What cannot be read is explained beside the box; what is shown stays.
    if (document.querySelector("#query-hint.bad")) return;
    const url = addressOf(this.id).href;
    if (this.running && this.url === url) return;
    this.running?.abort();
    const mine = (this.running = new AbortController());
    this.url = url;
    let took = 0;
    this.element.setAttribute("aria-busy", "true");
    try {
      const fresh = await inTurn(mine.signal, async () => {
        const started = performance.now();
        const found = await part(url, this.id, mine.signal);
        took = performance.now() - started;
        return found;
      });
      if (fresh) this.show(fresh);
    } catch (error) {
      if (error.name !== "AbortError") console.warn(`${this.id} could not be fetched:`, error);
    } finally {
      if (this.running === mine) {
        this.running = null;
        this.element.removeAttribute("aria-busy");
        this.due = performance.now() + Math.max(EVERY_MS, REST * took);
      }
    }
  }

  show(fresh) {
    const open = new Set([...this.element.querySelectorAll("details[open]")].map((one) => one.id));
    for (const details of fresh.querySelectorAll("details[id]")) details.open = open.has(details.id);
    this.element.replaceChildren(...fresh.childNodes);
    for (const [name, value] of Object.entries(fresh.dataset)) this.element.dataset[name] = value;
    showTimes();
    this.element.dispatchEvent(new CustomEvent("shown"));
  }

  /** Fetch it again when it is due, unless somebody is using it. */
  refresh() {
    if (this.timer || this.running) return;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        if (!document.hidden && !this.element.contains(document.activeElement)) this.fetch();
      },
      Math.max(0, this.due - performance.now()),
    );
  }
}

export function startLater() {
  const parts = [...document.querySelectorAll("[data-lazy]")].map((element) => new Later(element));
  const news = () => parts.forEach((one) => one.refresh());
  document.addEventListener("swapped", () => parts.filter((one) => one.url !== addressOf(one.id).href).forEach((one) => one.fetch()));
  document.addEventListener("pulse", ({ detail: { now, before } }) => {
    if (now.deleted !== before.deleted) parts.forEach((one) => one.fetch());
    else if (now.seq !== before.seq || now.revision !== before.revision) news();
  });
  document.addEventListener("visibilitychange", () => document.hidden || news());
  // The list is painted first.
  requestAnimationFrame(() => setTimeout(() => parts.forEach((one) => one.fetch())));
}
