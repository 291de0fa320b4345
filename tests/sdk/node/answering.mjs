// What every program around a JavaScript SDK does: {"do": "start", ...} makes a client and waits for its first fetch,
// {"do": "ask", "questions": [...]} answers each with its value, a bandit's action, and what was logged meanwhile.

import { Recorder } from './assigning.mjs';

const GETTERS = {
  BOOLEAN: ['getBooleanAssignment', 'getBoolAssignment'],
  STRING: ['getStringAssignment'],
  INTEGER: ['getIntegerAssignment'],
  NUMERIC: ['getNumericAssignment'],
  JSON: ['getJSONAssignment'],
};

// *begin* makes a client of {key, baseUrl, pollMs} and a recorder.
export function commandsOf(begin) {
  const recorder = new Recorder();
  let client;

  function value({ flag, type, subject, attributes, actions, default: fallback }) {
    if (actions) {
      const { variation, action } = client.getBanditAction(flag, subject, attributes, actions, fallback);
      return { value: variation, action };
    }
    // The first UFC releases shortened one name.
    const getter = GETTERS[type].find((name) => name in client);
    return { value: client[getter](flag, subject, attributes, fallback) };
  }

  function answered(question) {
    let answer;
    try {
      answer = value(question);
    } catch (error) {
      answer = { failed: String(error) };
    }
    const { assignments, banditActions } = recorder.taken();
    return { ...answer, assignments, bandits: banditActions };
  }

  return {
    async start(message) {
      client = await begin(message, recorder);
      // Else the same assignment is logged once only.
      client.disableAssignmentCache();
    },
    ask: ({ questions }) => questions.map(answered),
  };
}
