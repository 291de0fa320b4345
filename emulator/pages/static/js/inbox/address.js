// The address of the list, and of its parts, for what somebody looks at now.

/** Return the address of `part` of the inbox ("" is the list) for this query, with `changes`; null removes. */
export function addressOf(part, changes = {}) {
  const url = new URL(part ? `/inbox/${part}` : "/inbox", location.href);
  const asked = new URLSearchParams(location.search);
  for (const [name, value] of asked) {
    if (!["open", "before", "after"].includes(name)) url.searchParams.append(name, value);
  }
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url;
}

export const query = () => new URLSearchParams(location.search).get("q") ?? "";

/** Return the query with `term`, or without it: each term stands in it once. */
export function narrowed(term) {
  const words = ` ${query().trim()} `;
  return words.includes(` ${term} `) ? words.trim() : `${words.trim()} ${term}`.trim();
}

/** Fetch the page at `url`, and return the element with that `id` in it; null where there is none. */
export async function part(url, id, signal) {
  const response = await fetch(url, { signal, headers: { accept: "text/html" } });
  if (response.redirected && new URL(response.url).pathname === "/sign-in") location.assign(response.url);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.getElementById(id);
  return found && document.importNode(found, true);
}
