// Asks a client of the JavaScript family for one assignment, and tells what it logged meanwhile.

const GETTERS = {
  boolean: 'getBooleanAssignmentDetails',
  string: 'getStringAssignmentDetails',
  integer: 'getIntegerAssignmentDetails',
  numeric: 'getNumericAssignmentDetails',
  json: 'getJSONAssignmentDetails',
};

export class Recorder {
  assignments = [];
  banditActions = [];

  logAssignment(event) {
    this.assignments.push(event);
  }

  logBanditAction(event) {
    this.banditActions.push(event);
  }

  taken() {
    const logged = { assignments: this.assignments, banditActions: this.banditActions };
    this.assignments = [];
    this.banditActions = [];
    return logged;
  }
}

export function assign(client, recorder, { flag, type, subject, attributes, default: fallback }) {
  const { variation, evaluationDetails } = client[GETTERS[type]](flag, subject, attributes, fallback);
  return {
    value: variation,
    code: evaluationDetails.flagEvaluationCode,
    variation: evaluationDetails.variationKey,
    allocation: evaluationDetails.matchedAllocation?.key ?? null,
    logged: recorder.taken().assignments.map(withoutMoments),
  };
}

// What differs from one moment, or from one client, to the next says nothing about an assignment.
function withoutMoments({ timestamp, evaluationDetails, metaData, ...event }) {
  return event;
}
