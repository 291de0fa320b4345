// Real client libraries of vendors behind the logger of a real @eppo/node-server-sdk: one line of JSON in, one out.
// {"vendor", "url", "baseUrl", "key", "options", "subjects", "attributes"} → what the SDK logged, what they reported.

import { createInterface } from 'node:readline';

import * as amplitude from '@amplitude/analytics-node';
import * as eppo from '@eppo/node-server-sdk';
import Rudder from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { buildSelfDescribingEvent, newTracker } from '@snowplow/node-tracker';
import mParticle from 'mparticle';

const NAME = 'Eppo Randomization Event';
const SCHEMA = 'iglu:com.geteppo/event/jsonschema/1-0-0';

// Each returns how to hand one event over (a promise of its arrival, or nothing), and how to finish.
const VENDORS = {
  segment({ url, key, options }, report) {
    const client = new Analytics({ writeKey: key, host: url, ...options });
    client.on('error', (error) => report.errors.push(String(error.reason ?? error)));
    return {
      track: (event) => client.track({ userId: event.subject, event: NAME, properties: event }),
      finish: () => client.closeAndFlush(),
    };
  },
  rudderstack({ url, key, options }, report) {
    const client = new Rudder(key, { dataPlaneUrl: url, flushInterval: 50, ...options });
    return {
      track: (event) => new Promise((arrived) => {
        client.track({ userId: event.subject, event: NAME, properties: event }, (error) => {
          (error ? report.errors : report.confirmed).push(String(error ?? 'sent'));
          arrived();
        });
      }),
      finish: () => client.flush(),
    };
  },
  amplitude({ url, key, options }, report) {
    const client = amplitude.createInstance();
    client.init(key, { serverUrl: `${url}${options.path ?? '/2/httpapi'}`, flushIntervalMillis: 50, logLevel: 0 });
    return {
      async track(event) {
        const { code, message } = await client.track(
          { event_type: 'Experiment Viewed', user_id: event.subject, event_properties: event },
        ).promise;
        (code === 200 ? report.confirmed : report.errors).push(`${code} ${message}`);
      },
      // Its own flush would give up at the first failure.
      finish() {},
    };
  },
  mparticle({ url, key, options }, report) {
    const api = new mParticle.EventsApi(new mParticle.Configuration(key, 'secret'));
    api.apiClient.basePath = `${url}/v2`;
    return {
      track: (event) => new Promise((arrived) => {
        const batch = new mParticle.Batch(mParticle.Batch.Environment.development);
        batch.user_identities = new mParticle.UserIdentities();
        batch.user_identities.customerid = event.subject;
        const one = new mParticle.AppEvent(mParticle.AppEvent.CustomEventType.other, NAME);
        one.custom_attributes = event;
        batch.addEvent(one);
        const told = (error) => {
          (error ? report.errors : report.confirmed).push(String(error ?? 'sent'));
          arrived();
        };
        if (options.bulk) api.bulkUploadEvents([batch], told);
        else api.uploadEvents(batch, told);
      }),
      finish() {},
    };
  },
  snowplow({ url, key, options }, report) {
    const tracker = newTracker(
      { namespace: 'emulator', appId: key, encodeBase64: options.base64 ?? true },
      {
        endpoint: url,
        eventMethod: options.method ?? 'post',
        bufferSize: options.size ?? 1,
        onRequestSuccess: (sent) => report.confirmed.push(...sent.map(() => 'sent')),
        onRequestFailure: (failure) => report.errors.push(String(failure.message ?? failure.status)),
      },
    );
    return {
      track(event) {
        const data = options.nested ? { properties: event } : event;
        tracker.track(buildSelfDescribingEvent({ event: { schema: SCHEMA, data } }));
      },
      // What failed is tried again with the next event, or the next flush, which does not wait for what is under way.
      async finish() {
        while (report.confirmed.length < report.logged.length) {
          await tracker.flush();
          await new Promise((resolve) => { setTimeout(resolve, 20); });
        }
      },
    };
  },
};

async function run(message) {
  const report = { logged: [], confirmed: [], errors: [] };
  const vendor = VENDORS[message.vendor](message, report);
  const arrivals = [];
  const forward = (event) => {
    report.logged.push(event);
    arrivals.push(vendor.track(event));
  };
  const client = await eppo.init({
    apiKey: message.key,
    baseUrl: message.baseUrl,
    assignmentLogger: { logAssignment: forward },
    banditLogger: { logBanditAction: forward },
  });
  const actions = { nike: { numericAttributes: { price: 9.5 }, categoricalAttributes: { colour: 'rød' } } };
  const context = { numericAttributes: { age: 30.5 }, categoricalAttributes: { country: 'NO' } };
  for (const subject of message.subjects) {
    client.getStringAssignment('headline', subject, message.attributes, 'none');
    client.getBanditAction('shoes', subject, context, actions, 'none');
  }
  await vendor.finish();
  await Promise.all(arrivals);
  client.stopPolling();
  return report;
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = { answer: await run(JSON.parse(line)) };
  } catch (error) {
    reply = { error: String(error?.stack ?? error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
process.exit(0);
