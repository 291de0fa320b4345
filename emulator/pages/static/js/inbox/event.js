// The keys of the page of one event.
import "../page.js";
import { bind } from "../keys.js";

const click = (id) => () => document.getElementById(id)?.click();

function back() {
  const list = document.getElementById("back");
  const came = document.referrer && new URL(document.referrer).pathname === "/inbox" && history.length > 1;
  if (came) history.back();
  else location.assign(list.href);
}

bind("j", "older event", click("older-event"));
bind("k", "newer event", click("newer-event"));
bind("Escape", "back to the list", back);
bind("u", "back to the list", back);
