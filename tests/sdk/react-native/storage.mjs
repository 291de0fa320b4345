// Of React Native the SDK needs the key-value storage alone. That has a version for the web, which keeps everything in
// the browser's; Node has none, so a map takes that place.

const kept = new Map();
globalThis.window = {
  localStorage: {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  },
};
