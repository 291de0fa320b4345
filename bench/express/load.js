// A small load generator, for machines without wrk: keep-alive connections that each wait for their answer.
// Usage: node load.js PORT PATH SECONDS CONNECTIONS [ETAG]; prints "Requests/sec: N", as wrk does.
const net = require("net");

const [port, path, seconds, connections, etag] = process.argv.slice(2);
const condition = etag ? `If-None-Match: ${etag}\r\n` : "";
const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${condition}\r\n`;
let answers = 0;

function connect() {
  let head = Buffer.alloc(0);
  let missing = 0; // bytes of the body that are still to come
  const socket = net.connect(Number(port), "127.0.0.1", () => socket.write(request));
  const done = () => {
    answers += 1;
    socket.write(request);
  };
  socket.on("data", (chunk) => {
    if (missing > 0) {
      missing -= chunk.length;
      if (missing === 0) done();
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = /content-length: *(\d+)/i.exec(head.toString("latin1", 0, end));
    missing = (length && !head.includes(" 304 ") ? Number(length[1]) : 0) - (head.length - end - 4);
    head = Buffer.alloc(0);
    if (missing === 0) done();
  });
}

const started = process.hrtime.bigint();
for (let index = 0; index < Number(connections); index += 1) connect();
setTimeout(() => {
  const elapsed = Number(process.hrtime.bigint() - started) / 1e9;
  console.log(`Requests/sec: ${answers / elapsed}`);
  process.exit(0);
}, Number(seconds) * 1000);
