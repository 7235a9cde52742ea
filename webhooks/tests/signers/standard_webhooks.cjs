// Signs and verifies with the official library of Standard Webhooks for JavaScript, as it is told: see standard_webhooks.py, whose
// questions and answers these are. Its first argument is the folder with the library.
"use strict";

const readline = require("node:readline");
const { createRequire } = require("node:module");

const { Webhook, WebhookVerificationError } = createRequire(`${process.argv[2]}/`)("standardwebhooks");

function answer(asked) {
  const webhook = new Webhook(asked.secret);
  if (asked.sign) {
    const { id, at, body } = asked.sign;
    return { signature: webhook.sign(id, new Date(at * 1000), body) };
  }
  try {
    webhook.verify(asked.verify.body, asked.verify.headers, { jsonParse: false });
  } catch (error) {
    if (error instanceof WebhookVerificationError) return { error: error.message };
    throw error;
  }
  return { error: null };
}

console.log(Math.floor(Date.now() / 1000));
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  console.log(JSON.stringify(answer(JSON.parse(line))));
});
