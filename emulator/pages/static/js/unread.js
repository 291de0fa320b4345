// How many events arrived since somebody last looked at the inbox: a number in the bar of every page. The browser
// remembers up to which event; all its pages share that.

const KEY = "eppo-emulator.inbox.read";
let newest = 0;

/** Return the number of the event up to which everything was seen. */
export function readUpTo() {
  try {
    return Number(localStorage.getItem(KEY)) || 0;
  } catch {
    // Some browsers forbid it; then all is new each time.
    return 0;
  }
}

/** Remember that everything up to the event `seq` was seen. */
export function markRead(seq) {
  try {
    localStorage.setItem(KEY, String(seq));
  } catch {
    return;
  }
  show();
}

/** Return the number of the newest event that anybody told of; 0 before the first. */
export const newestEvent = () => newest;

function show() {
  const badge = document.getElementById("unread");
  if (!badge) return;
  // Numbers only grow. Smaller ones are those of another inbox at the same address.
  if (newest > 0 && readUpTo() > newest) markRead(0);
  const count = Math.max(0, newest - readUpTo());
  badge.hidden = count === 0;
  badge.textContent = count > 99 ? "99+" : String(count);
  badge.title = `${count} since you last looked`;
  document.dispatchEvent(new CustomEvent("unread", { detail: count }));
}

export function startUnread() {
  newest = JSON.parse(document.body.dataset.pulse).seq;
  document.addEventListener("pulse", ({ detail: { now } }) => {
    if (now.seq === newest) return;
    newest = now.seq;
    show();
  });
  addEventListener("storage", (event) => event.key === KEY && show());
  show();
}
