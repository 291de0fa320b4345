// The bars of events over time: a click or a drag asks for that time, and so do the arrow keys with Enter.

const section = () => document.getElementById("timeline");
const bars = () => [...section().querySelectorAll("svg a")];
let first = null;
let last = null;

function choose(from, to) {
  [first, last] = from <= to ? [from, to] : [to, from];
  bars().forEach((bar, place) => bar.classList.toggle("chosen", place >= first && place <= last));
}

function asked() {
  const all = bars();
  const times = `after:${all[first].dataset.from} before:${all[last].dataset.to}`;
  return `${section().dataset.others ?? ""} ${times}`.trim();
}

/** Let the bars ask for a range of time by `ask(query)`. */
export function startTimeline(ask) {
  let anchor = null;
  let focused = null;
  const placeOf = (event) => {
    const { left, width } = section().querySelector("svg").getBoundingClientRect();
    const number = bars().length;
    return Math.min(number - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * number)));
  };
  section().addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.target.closest("svg.bars") || event.metaKey || event.ctrlKey) return;
    anchor = placeOf(event);
    choose(anchor, anchor);
  });
  addEventListener("pointermove", (event) => anchor !== null && choose(anchor, placeOf(event)));
  addEventListener("pointerup", (event) => {
    if (anchor === null) return;
    choose(anchor, placeOf(event));
    anchor = null;
    ask(asked());
  });
  addEventListener("pointercancel", () => (anchor = null));
  section().addEventListener("dragstart", (event) => event.preventDefault());
  section().addEventListener("click", (event) => {
    // What the pointer chose is asked for already; Enter on a bar is a click, too.
    const bar = event.target.closest("svg a");
    if (!bar || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (event.detail !== 0) return;
    if (first === null || !bar.classList.contains("chosen")) choose(bars().indexOf(bar), bars().indexOf(bar));
    ask(asked());
  });
  section().addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const all = bars();
    const at = all.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const to = Math.min(all.length - 1, Math.max(0, at + step));
    if (!event.shiftKey) focused = to;
    else focused ??= at;
    choose(event.shiftKey ? focused : to, to);
    all[at].tabIndex = -1;
    all[to].tabIndex = 0;
    all[to].focus();
  });
  section().addEventListener("shown", () => {
    first = last = anchor = null;
  });
}
