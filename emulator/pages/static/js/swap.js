// Parts of a page, fetched again: the server renders whole pages, and regions (elements with an id and `data-region`)
// are replaced by their newer selves. What somebody types in, focuses or has opened stays as it is. A region with
// `data-region="unless-typing"`, such as a form, is left alone while the news come from what is typed into it; one with
// `data-region="still"` whenever the address stays, and when the server sends what it sent before,
// unless a script changed it since (`data-changed`). A region that comes with `data-keep` leaves what is shown in its place.
// Another page at the same address, such as one that says what is not there any more, is opened as a whole.
import { answered, silent } from "./silence.js";

const DELAY_MS = 150;
let running = null;
// Whether news came while a page was on its way: it may be older than they are.
let again = false;
// What the server sent for each region: one that is the same again is left alone.
const sent = new WeakMap();

/** Put the regions of the page at `url`, or of this one for news, in the place of today's; returns whether that was done. */
export async function swap(url, { typing = false, settled = false } = {}) {
  // However fast news come, a page that is on its way arrives, and nobody's click is lost.
  if (url === undefined && running) {
    again = true;
    return false;
  }
  running?.abort();
  const mine = (running = new AbortController());
  const regions = [...document.querySelectorAll("[data-region]")];
  regions.forEach((region) => region.setAttribute("aria-busy", "true"));
  try {
    const [response, text] = await fetched(url ?? location.href, mine.signal);
    if (response.redirected && new URL(response.url).pathname === "/sign-in") {
      location.assign(response.url);
      return false;
    }
    const page = new DOMParser().parseFromString(text, "text/html");
    if (mine.signal.aborted) return false;
    if (!page.getElementById("main")) {
      unheard(url, { typing, settled }, `The emulator fails (status ${response.status}); what you see is what it said last.`);
      return false;
    }
    answered();
    // The server may know a better address of the same.
    if (response.redirected) history.replaceState(null, "", response.url);
    if (isAnother(page)) {
      location.reload();
      return false;
    }
    replace(page, { typing, settled, moved: url !== undefined });
    return true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    if (!(error instanceof Unheard)) throw error;
    unheard(url, { typing, settled });
    return false;
  } finally {
    if (running === mine) {
      running = null;
      document.querySelectorAll("[data-region][aria-busy]").forEach((region) => region.removeAttribute("aria-busy"));
      if (again) {
        again = false;
        swap();
      }
    }
  }
}

class Unheard extends Error {}

async function fetched(url, signal) {
  try {
    const response = await fetch(url, { signal, headers: { accept: "text/html" } });
    return [response, await response.text()];
  } catch (error) {
    throw error.name === "AbortError" ? error : new Unheard();
  }
}

/** Ask again after a while; nothing newer is asked for until then, or this is forgotten. */
function unheard(url, how, words) {
  silent(() => swap(url && location.href, how), words);
}

/** Whether `page` has nothing of what this one consists of. */
function isAnother(page) {
  const [here, there] = [document, page].map((one) => [...one.querySelectorAll("#main [data-region]")].map(({ id }) => id));
  return here.length + there.length > 0 && !here.some((id) => there.includes(id));
}

function replace(page, { typing, settled, moved }) {
  document.title = page.title;
  for (const old of document.querySelectorAll("[data-region]")) {
    const kind = old.dataset.region;
    if (!moved && kind === "still") continue;
    const fresh = page.getElementById(old.id);
    old.removeAttribute("aria-busy");
    // A region within another one may have gone with it.
    if (!fresh || !old.isConnected || "keep" in fresh.dataset) continue;
    const shown = fresh.outerHTML;
    if (typing && kind === "unless-typing") {
      // What the server says of it is what was typed.
      sent.set(old, shown);
      continue;
    }
    // Somebody who goes elsewhere wants what is written there, and not what he typed here.
    const isFilledIn = moved && !typing && kind !== "still" && old.querySelector("input, select, textarea");
    if (shown === sent.get(old) && !isFilledIn && !("changed" in old.dataset)) continue;
    const focus = focusWithin(old, settled);
    keepOpen(old, fresh);
    old.replaceWith(fresh);
    sent.set(fresh, shown);
    focus?.();
  }
  document.dispatchEvent(new CustomEvent("swapped"));
}

function keepOpen(old, fresh) {
  for (const details of old.querySelectorAll("details[id]")) {
    const same = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
}

/**
 * Remember what has the focus in `region`, by its id or name, and what stands in it, unless that was `settled` by
 * sending it; returns how to give it back.
 */
function focusWithin(region, settled) {
  const active = document.activeElement;
  if (!active || !region.contains(active)) return null;
  const name = active.getAttribute("name");
  const selector = active.id ? `#${CSS.escape(active.id)}` : name && `[name="${CSS.escape(name)}"]`;
  if (!selector) return null;
  const { value, selectionStart, selectionEnd } = active;
  return () => {
    const again = document.querySelector(selector);
    if (!again) return;
    if (!settled && typeof value === "string" && again.tagName !== "BUTTON" && again.type !== "checkbox") again.value = value;
    again.focus({ preventScroll: true });
    if (typeof selectionStart === "number" && again.setSelectionRange) again.setSelectionRange(selectionStart, selectionEnd);
  };
}

/** Return the address that a form asks for when `button` sends it, without what is empty. */
export function addressOf(form, button = null) {
  const url = new URL(form.getAttribute("action") ?? location.pathname, location.href);
  for (const [name, value] of new FormData(form, button)) {
    if (typeof value === "string" && value !== "") url.searchParams.append(name, value);
  }
  return url;
}

async function go(url, { typing = false } = {}) {
  history[typing ? "replaceState" : "pushState"](null, "", url);
  await swap(url, { typing, settled: !typing });
}

/**
 * Let forms and links marked `data-swap` fetch regions instead of leaving the page. What is typed asks by itself, unless
 * its element is marked `data-later`: that waits for a button, or Enter.
 */
export function startSwapping() {
  for (const region of document.querySelectorAll("[data-region]")) sent.set(region, region.outerHTML);
  let timer;
  const typed = (form) => {
    clearTimeout(timer);
    // What is on its way is older than this.
    running?.abort();
    timer = setTimeout(() => go(addressOf(form), { typing: true }), DELAY_MS);
  };
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("form[data-swap]") && !event.target.matches("[data-later]")) typed(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-swap]")) return;
    event.preventDefault();
    clearTimeout(timer);
    go(addressOf(event.target, event.submitter));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-swap]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    clearTimeout(timer);
    go(link.href);
  });
  addEventListener("popstate", () => {
    clearTimeout(timer);
    swap(location.href);
  });
}
