// The first UFC releases poll every thirty seconds, whatever they are told, and after a failure minutes later. Waits of
// ten seconds and more are a hundred times as short here; time limits of requests are below that, and stay.

const LONG_MS = 10_000;
const TIMES = 100;
const wait = globalThis.setTimeout;

globalThis.setTimeout = (callback, ms, ...rest) => wait(callback, ms >= LONG_MS ? ms / TIMES : ms, ...rest);
