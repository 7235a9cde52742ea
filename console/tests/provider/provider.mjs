// A certified OpenID provider (oidc-provider) for the tests of the console: one client, and accounts as it is told by lines of JSON on
// standard input. Its arguments: the folder with the library, the port, where the client takes answers, where it goes after signing
// out. Each line is answered by one on standard output.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, port, callback, after] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));

const issuer = `http://127.0.0.1:${port}`;
const accounts = new Map();
const minute = 60;

/** A provider that signs by a key of its own. */
function provider() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const made = new Provider(issuer, {
    clients: [{ client_id: "dsr", client_secret: "the client's own secret", redirect_uris: [callback], post_logout_redirect_uris: [after] }],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" }] },
    cookies: { keys: [randomUUID()] },
    scopes: ["openid", "email", "profile"],
    claims: { openid: ["sub", "acr", "amr", "auth_time"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    acrValues: ["mfa"],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/login/${interaction.uid}` },
    findAccount: (_, sub) => accounts.has(sub) && { accountId: sub, claims: () => ({ sub, ...accounts.get(sub).claims }) },
    // Nobody is asked whether the client may know who they are: it is the organisation's own.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
    ttl: { AccessToken: minute, AuthorizationCode: minute, Grant: minute, IdToken: minute, Interaction: minute, Session: 60 * minute },
  });
  return { made, answer: made.callback() };
}

let { made, answer } = provider();

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

createServer(async (request, response) => {
  if (!request.url.startsWith("/login/")) return answer(request, response);
  if (request.method !== "POST") {
    response.setHeader("content-type", "text/html");
    return response.end(`<form method="post" action="${request.url}"><input name="account"></form>`);
  }
  const accountId = (await body(request)).get("account");
  const { acr, amr } = accounts.get(accountId);
  await made.interactionFinished(request, response, { login: { accountId, acr, amr } });
}).listen(port, "127.0.0.1", () => console.log("listening"));

createInterface({ input: process.stdin }).on("line", (line) => {
  const told = JSON.parse(line);
  if (told.account) accounts.set(told.account, told);
  if (told.rotate) ({ made, answer } = provider());
  console.log("done");
}).on("close", () => process.exit());
