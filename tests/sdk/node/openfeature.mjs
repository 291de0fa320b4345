// What both OpenFeature programs share: a flag's type chooses the method that asks for it.

const METHODS = {
  BOOLEAN: 'getBooleanDetails',
  INTEGER: 'getNumberDetails',
  JSON: 'getObjectDetails',
  NUMERIC: 'getNumberDetails',
  STRING: 'getStringDetails',
};

export function ask(client, { type, flag, default: fallback, context }) {
  return client[METHODS[type]](flag, fallback, context);
}

// Messages have headers as an object; both providers take pairs.
export function pairs(headers = {}) {
  return Object.entries(headers);
}
