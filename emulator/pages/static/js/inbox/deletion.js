// Deleting what a query finds, after saying how much that is.
import { call, toast, trying } from "../control.js";
import { addressOf } from "./address.js";

const dialog = () => document.getElementById("deletion");
const words = () => document.getElementById("deletion-words");
const button = () => document.getElementById("deletion-yes");
let asked = null;

const counted = (number) => `${number.toLocaleString("en")} event${number === 1 ? "" : "s"}`;

export async function askToDelete() {
  words().textContent = "Counting…";
  button().disabled = true;
  dialog().showModal();
  const closed = !(await trying(async () => {
    const response = await fetch(addressOf("count"));
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail);
    asked = answer;
    const { q, ...scope } = answer.filters;
    const which = q ? ` that ${answer.events === 1 ? "is" : "are"} like ${q}` : "";
    const where = Object.values(scope).length ? ` of ${Object.values(scope)[0]}` : "";
    const all = which || where ? "" : "All ";
    words().textContent = `${all}${counted(answer.events)}${which}${where} will be gone for good. What arrives from now on stays.`;
    button().textContent = `Delete ${counted(answer.events)}`;
    button().disabled = answer.events === 0;
  }));
  if (closed) dialog().close();
}

async function remove() {
  button().disabled = true;
  words().textContent = "Deleting…";
  const parameters = new URLSearchParams(Object.entries(asked.filters));
  parameters.append("before", String(asked.before));
  await trying(async () => {
    const { deleted } = await call("DELETE", `/events?${parameters}`);
    toast(`Deleted ${counted(deleted)}`);
  });
  dialog().close();
}

export function startDeletion() {
  document.getElementById("delete").addEventListener("click", askToDelete);
  button().addEventListener("click", remove);
  dialog().addEventListener("close", () => {
    // Where nothing had the focus when the key was pressed, it would stay on what is closed.
    const focused = document.activeElement;
    if (focused === document.body || dialog().contains(focused)) document.getElementById("delete").focus({ preventScroll: true });
  });
}
