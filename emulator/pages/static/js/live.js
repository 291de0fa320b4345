// The server's pulse: a small message whenever something changed. All pages of a browser share one connection, in a
// worker, for a browser opens no more than six to one server; where there are no shared workers, each visible page has
// its own.

const PULSE = "/emulator/v1/pulse";

/** Call `tell(pulse)` at each change, and `state("live" | "lost")` as the connection comes and goes. */
export function watch(tell, state) {
  const worker = document.body.dataset.worker;
  if (worker && "SharedWorker" in window) {
    const { port } = new SharedWorker(worker, { type: "module", name: "eppo-emulator" });
    port.onmessage = ({ data }) => ("pulse" in data ? tell(data.pulse) : state(data.state));
    addEventListener("pagehide", () => port.postMessage("leaving"));
    addEventListener("pageshow", (event) => event.persisted && port.postMessage("back"));
    return;
  }
  let source = null;
  const follow = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else {
      source ??= pulses(tell, state);
    }
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}

/** Open the connection; returns it. */
export function pulses(tell, state) {
  const source = new EventSource(PULSE);
  source.onopen = () => state("live");
  source.onmessage = ({ data }) => tell(JSON.parse(data));
  source.onerror = () => state("lost");
  return source;
}
