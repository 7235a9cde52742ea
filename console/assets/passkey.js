// Passkeys: asks the browser for one when a form is sent, and sends what it gives along. Without this, such a form stays hidden, and
// the page says how to go on.
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  const words = document.getElementById("passkey-words");
  if (!form || !words) return;
  const say = (what) => {
    words.textContent = words.dataset[what];
    words.hidden = false;
  };
  if (!window.PublicKeyCredential) return say("cannot");
  words.hidden = true;
  form.hidden = false;

  // What travels as text are bytes to the browser, in the alphabet of addresses (RFC 4648 §5).
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = () => {
    const options = JSON.parse(form.dataset.options);
    const publicKey = { ...options, challenge: bytes(options.challenge) };
    if (form.dataset.passkey === "create") {
      publicKey.user = { ...options.user, id: bytes(options.user.id) };
      publicKey.excludeCredentials = known(options.excludeCredentials);
      return navigator.credentials.create({ publicKey });
    }
    publicKey.allowCredentials = known(options.allowCredentials);
    return navigator.credentials.get({ publicKey });
  };

  const told = (made) => {
    const { response } = made;
    const parts = { clientDataJSON: text(response.clientDataJSON) };
    if (form.dataset.passkey === "create") {
      parts.authenticatorData = text(response.getAuthenticatorData());
      parts.publicKey = text(response.getPublicKey());
      parts.publicKeyAlgorithm = response.getPublicKeyAlgorithm();
    } else {
      parts.authenticatorData = text(response.authenticatorData);
      parts.signature = text(response.signature);
      if (response.userHandle) parts.userHandle = text(response.userHandle);
    }
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: parts });
  };

  // Before the listener that keeps a second click from sending twice.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.asked) return;
    form.dataset.asked = "yes";
    words.hidden = true;
    try {
      form.elements.told.value = told(await ask());
      form.submit();
    } catch (problem) {
      delete form.dataset.asked;
      say(problem.name === "InvalidStateError" ? "there" : "failed");
      words.focus();
    }
  });
})();
