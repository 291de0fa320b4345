// One connection for all pages of this browser; see live.js.
import { pulses } from "./live.js";

const ports = new Set();
let last = null;
let connection = null;
let source = null;

function broadcast(message) {
  for (const port of ports) port.postMessage(message);
}

function connect() {
  source = pulses(
    (pulse) => broadcast((last = { pulse })),
    (state) => {
      broadcast((connection = { state }));
      // A browser gives up for good after some answers, such as one without permission; pages come and go meanwhile.
      if (source?.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
    },
  );
}

onconnect = ({ ports: [port] }) => {
  const join = () => {
    ports.add(port);
    if (connection) port.postMessage(connection);
    if (last) port.postMessage(last);
  };
  port.onmessage = ({ data }) => (data === "leaving" ? ports.delete(port) : join());
  join();
  if (!source) connect();
};
