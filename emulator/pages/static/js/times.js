// Times as people say them: `<time datetime="…" data-ago>` says how long ago that was, and its title says when.

const UNITS = [[60, 1, "s"], [3600, 60, "min"], [86_400, 3600, "h"], [Infinity, 86_400, "d"]];

export function ago(then, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - then) / 1000));
  if (seconds < 2) return "now";
  const [, size, unit] = UNITS.find(([below]) => seconds < below);
  return `${Math.floor(seconds / size)} ${unit} ago`;
}

export function showTimes() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const then = Date.parse(time.dateTime);
    if (Number.isNaN(then)) continue;
    const text = ago(then);
    if (time.textContent !== text) time.textContent = text;
    time.title ||= new Date(then).toISOString();
  }
}
