// The reference: a minimal Express server that serves one configuration with an ETag, kept as text (as Eppo's public
// testing server does) or as bytes.
// Usage: node server.js PORT FILE text|bytes
const fs = require("fs");
const crypto = require("crypto");
const express = require("express");

const [port, file, form] = process.argv.slice(2);
const body = fs.readFileSync(file, form === "text" ? "utf8" : null);
const etag = `"${crypto.createHash("md5").update(body).digest("hex")}"`;

const app = express();

app.get("/api/flag-config/v1/config", (request, response) => {
  response.setHeader("ETag", etag);
  response.setHeader("Access-Control-Allow-Origin", "*");
  if (request.header("If-None-Match") === etag) {
    return response.status(304).end();
  }
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  return response.status(200).end(body);
});

app.listen(Number(port), "127.0.0.1");
