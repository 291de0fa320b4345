// One JSON object per line in, one per line out: {"answer": ...} or {"error": "..."}.

import { createInterface } from 'node:readline';

export async function answerLines(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    let reply;
    try {
      reply = { answer: (await answer(JSON.parse(line))) ?? null };
    } catch (error) {
      reply = { error: String(error?.stack ?? error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}
