// Times as people say them: `<time datetime="…" data-ago>` says how long ago that was, `data-until` in how long it will
// be, and its title says when; `data-clock` says when, on the clock of whoever looks, with the day where that is not today.

const UNITS = [[60, 1, "s"], [3600, 60, "min"], [86_400, 3600, "h"], [Infinity, 86_400, "d"]];

// Made once: to make one takes longer than to use it for a page of times.
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

const seconds = (from, to) => Math.max(0, Math.round((to - from) / 1000));

function short(number) {
  const [, size, unit] = UNITS.find(([below]) => number < below);
  return `${Math.floor(number / size)} ${unit}`;
}

export function ago(then, now = Date.now()) {
  const passed = seconds(then, now);
  return passed < 2 ? "now" : `${short(passed)} ago`;
}

export const until = (then, now = Date.now()) => `in ${short(seconds(now, then))}`;

export function showTimes() {
  for (const time of document.querySelectorAll("time[data-ago], time[data-until]")) {
    const then = Date.parse(time.dateTime);
    if (Number.isNaN(then)) continue;
    const text = "until" in time.dataset ? until(then) : ago(then);
    if (time.textContent !== text) time.textContent = text;
    time.title ||= new Date(then).toISOString();
  }
  for (const time of document.querySelectorAll("time[data-clock]:not([title])")) {
    const then = new Date(time.dateTime);
    if (Number.isNaN(then.getTime())) continue;
    const day = then.toDateString() === new Date().toDateString() ? "" : `${DAY.format(then)} `;
    time.textContent = day + CLOCK.format(then);
    time.title = then.toISOString();
  }
}
