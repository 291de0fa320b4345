// Parts of a page that come after its first paint: an element with an id and `data-fragment` is filled from that address,
// and again when one of the pulse's members in `data-fragment-follow` changes, but not more often than once in a while.
// What lies in a closed `details` comes when that is opened.

const PAUSE_MS = 700;
// The newest element of each id, and those that wait a while.
const boxes = new Map();
const waiting = new Set();

async function fill(box) {
  box.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(box.dataset.fragment, { headers: { accept: "text/html" } });
    if (!response.ok || response.redirected || !box.isConnected) return;
    const text = await response.text();
    if (text === box.fragment) return;
    box.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    box.fragment = text;
    document.dispatchEvent(new CustomEvent("swapped"));
  } catch (error) {
    console.warn("a part of the page could not be fetched:", error);
  } finally {
    box.removeAttribute("aria-busy");
  }
}

const isFolded = (box) => box.closest("details")?.open === false;

function start() {
  for (const box of document.querySelectorAll("[data-fragment]")) {
    const before = boxes.get(box.id);
    if (before === box) continue;
    boxes.set(box.id, box);
    // What the element held whose place it took is shown until its own content is here.
    if (before && !before.isConnected) box.replaceChildren(...before.childNodes);
    box.closest("details")?.addEventListener("toggle", () => isFolded(box) || fill(box));
    if (!isFolded(box)) fill(box);
  }
}

function told({ detail: { now, before } }) {
  for (const [id, box] of boxes) {
    const isNews = (box.dataset.fragmentFollow ?? "").split(" ").some((name) => name && now[name] !== before[name]);
    if (!isNews || !box.isConnected || isFolded(box) || waiting.has(id)) continue;
    waiting.add(id);
    setTimeout(async () => {
      await fill(boxes.get(id));
      waiting.delete(id);
    }, PAUSE_MS);
  }
}

document.addEventListener("pulse", told);
document.addEventListener("swapped", start);
// Nothing is painted in a page that nobody sees.
if (document.hidden) start();
else requestAnimationFrame(() => setTimeout(start));
