// Buttons that copy: `data-copy` is the text, `data-copy-from` the selector of the element that holds it.
import { toast } from "./control.js";

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser did not allow copying; the text is selected instead", "bad");
  }
}

export function startCopying() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-from]");
    if (!button) return;
    const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    if (source) getSelection().selectAllChildren(source);
    copy(source ? (source.value ?? source.textContent) : button.dataset.copy);
  });
}
