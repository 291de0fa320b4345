// Calls of the control API from a page. What it refuses is said in its own words.

export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title ?? "the emulator refused");
    this.problem = problem;
  }
}

/** Send `body` (data, as JSON) to `/emulator/v1…`; returns the answer's data, throws a Refusal. */
export async function call(method, path, body) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await fetch(`/emulator/v1${path}`, { method, ...sent });
  const text = await response.text();
  const data = text ? JSON.parse(text) : null;
  if (!response.ok) throw new Refusal(data ?? { title: response.statusText });
  return data;
}

/** Show `text` for a while; `kind` "bad" is for what went wrong. */
export function toast(text, kind = "") {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  box.textContent = text;
  document.getElementById("toasts").append(box);
  setTimeout(() => box.remove(), kind === "bad" ? 8000 : 2500);
}

/** Do `work`, and show what went wrong instead of throwing; returns whether it was done. */
export async function trying(work) {
  try {
    await work();
    return true;
  } catch (error) {
    toast(error.message, "bad");
    return false;
  }
}
