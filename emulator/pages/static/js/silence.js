// An emulator that does not answer: what is shown is what it said last, so it is dimmed and a sentence says so. Whatever
// could not be fetched is fetched again, until there is an answer.

const AGAIN_MS = 2000;
const WORDS = "The emulator does not answer; what you see is what it said last.";
let note = null;
let owed = null;
let timer = null;

/** Say that there is no answer, in `words` where there is more to say; what is `due`, if given, is done after a while. */
export function silent(due = null, words = WORDS) {
  if (!note) {
    note = document.createElement("div");
    note.className = "toast bad";
    document.getElementById("toasts").append(note);
    document.body.classList.add("silent");
  }
  if (note.textContent !== words) note.textContent = words;
  if (!due) return;
  owed = due;
  clearTimeout(timer);
  timer = setTimeout(owed, AGAIN_MS);
}

/** Take back that there is no answer: what is shown is what the emulator says now. */
export function answered() {
  clearTimeout(timer);
  note?.remove();
  note = owed = null;
  document.body.classList.remove("silent");
}

/** The emulator is there again: do what is due, or else `look`, if anything shown may be of before. */
export function awake(look) {
  if (note) (owed ?? look)();
}
