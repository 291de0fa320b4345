// Sandboxes, changed by hand: each form and button is one call of the control API; what comes of it is fetched again.
import { call, trying } from "./control.js";
import { swap } from "./swap.js";

/** What each form sends, by its `data-change`: [method, body]. */
const BODIES = {
  create: (form) => ["POST", { environment: form.get("environment"), name: form.get("name").trim(), ttlSeconds: Number(form.get("ttlSeconds")) }],
  flag: (form) => ["PUT", FLAG_KINDS[form.get("kind")](form)],
  bandit: (form) => ["PUT", form.get("kind") === "pin" ? { pin: form.get("pin") } : { mode: form.get("kind") }],
  freeze: (form) => ["PUT", { at: `${form.get("at")}Z` }],
  shift: (form) => ["PUT", { offsetSeconds: Number(form.get("number")) * Number(form.get("unit")) }],
  fault: (form) => ["PUT", [...faults(), { ...JSON.parse(form.get("fault")), ...times(form) }]],
};
const FLAG_KINDS = {
  serve: (form) => {
    const subjects = form.get("subjects").split("\n").map((line) => line.trim()).filter(Boolean);
    const via = form.get("via");
    return { serve: form.get("serve"), ...(subjects.length && { subjects }), ...(via && { via }) };
  },
  off: () => ({ off: true }),
  yaml: (form) => ({ yaml: form.get("yaml") }),
  ufc: (form) => ({ ufc: JSON.parse(form.get("ufc")) }),
};

const times = (form) => (form.get("times") ? { times: Number(form.get("times")) } : {});

/** The faults that are there, each with what is left of it, but for the one of `without`. */
function faults(without = null) {
  return [...document.querySelectorAll("[data-fault]")].filter((one) => one !== without).map((one) => JSON.parse(one.dataset.fault));
}

async function submit(form) {
  const note = form.querySelector(".refusal");
  note.hidden = true;
  try {
    const [method, body] = BODIES[form.dataset.change](new FormData(form));
    const answer = await call(method, form.dataset.path, body);
    if (form.dataset.change === "create") return location.assign(`/sandboxes/${encodeURIComponent(answer.sdkKey)}`);
    await swap();
  } catch (error) {
    note.textContent = error.message;
    note.hidden = false;
  }
}

async function press(button) {
  const { ask, then } = button.dataset;
  if (ask && !confirm(ask)) return;
  const [method, ...path] = button.dataset.call.split(" ");
  if (await trying(() => call(method, path.join(" ")))) then ? location.assign(then) : await swap();
}

async function undoFault(button) {
  const path = `${location.pathname}/faults`;
  const left = faults(button.closest("li"));
  await trying(() => (left.length ? call("PUT", path, left) : call("DELETE", path)));
  await swap();
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-change]")) return;
  event.preventDefault();
  submit(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-call], [data-fault-undo]");
  if (button) "call" in button.dataset ? press(button) : undoFault(button);
});

// A sandbox that has ended says so by itself; nobody else tells when its time is up.
let timer;
function wait() {
  if (document.querySelector("[data-ended]")) return location.reload();
  const ends = Date.parse(document.getElementById("facts")?.dataset.ends);
  clearTimeout(timer);
  // The longest wait that a browser knows is 24 days.
  if (!Number.isNaN(ends)) timer = setTimeout(() => swap().then(wait), Math.min(Math.max(ends - Date.now(), 0) + 500, 2 ** 31 - 1));
}
document.addEventListener("swapped", wait);
wait();

// The list stays as it is while somebody reads; that others came or went is said above it.
document.addEventListener("swapped", () => {
  const [count, others] = ["count", "others"].map((id) => document.getElementById(id));
  if (!count || !others) return;
  const first = document.querySelector("[data-row]")?.id;
  others.classList.toggle("news", count.dataset.total !== others.dataset.shown || count.dataset.first !== first);
});
