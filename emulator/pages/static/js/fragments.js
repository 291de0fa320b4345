// Parts of a page that come after its first paint: an element with `data-fragment` is filled from that address, and again
// when one of the pulse's members in `data-fragment-follow` changes, but not more often than once in a while.

const PAUSE_MS = 700;

async function fill(box) {
  box.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(box.dataset.fragment, { headers: { accept: "text/html" } });
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const shown = page.body.innerHTML;
    if (shown === box.dataset.shown) return;
    box.replaceChildren(...page.body.childNodes);
    box.dataset.shown = shown;
    document.dispatchEvent(new CustomEvent("swapped"));
  } catch (error) {
    console.warn("a part of the page could not be fetched:", error);
  } finally {
    box.removeAttribute("aria-busy");
  }
}

function start(box) {
  const followed = (box.dataset.fragmentFollow ?? "").split(" ");
  let timer = null;
  const soon = () => {
    timer ??= setTimeout(async () => {
      await fill(box);
      timer = null;
    }, PAUSE_MS);
  };
  document.addEventListener("pulse", ({ detail: { now, before } }) => {
    if (followed.some((name) => name && now[name] !== before[name])) soon();
  });
  fill(box);
}

document.querySelectorAll("[data-fragment]").forEach(start);
