import { init } from '@eppo/node-server-sdk';

const client = await init({
  apiKey: 'local-test',
  baseUrl: process.env.EPPO_BASE_URL ?? 'http://127.0.0.1:8378/api',
  assignmentLogger: { logAssignment() {} },
});
console.log(client.getStringAssignment('signup-headline', 'ann', {}, 'control'));
client.stopPolling();
