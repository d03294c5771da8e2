// Passkeys: joins the forms of the page to allauth's script, and says in words what the browser refused.
(function () {
  "use strict";

  const REFUSED = "No se ha usado ninguna passkey: se canceló, tardó demasiado o este dispositivo no tiene la adecuada.";
  const TWICE = "Esta passkey ya está en su cuenta.";
  const NO_NAME = "Las passkeys solo funcionan con un nombre y https, o en localhost: abra el panel con su nombre, no con números.";
  const NONE = "Este navegador no puede usar passkeys en esta dirección: hace falta https (o localhost).";
  const LOST = "No se ha podido preguntar al panel. Compruebe la red e inténtelo de nuevo.";

  function words(problem) {
    if (!window.isSecureContext || !window.PublicKeyCredential) return NONE;
    return { InvalidStateError: TWICE, SecurityError: NO_NAME, NotAllowedError: REFUSED, AbortError: REFUSED }[problem?.name] || LOST;
  }
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const place = document.querySelector("[data-passkey-trouble]");
    place.textContent = words(event.detail.exception);
    place.hidden = false;
  });
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[id=use-passkey]"), credential = form.querySelector("[name=credential]");
    const passwordless = form.querySelector("[name=passwordless]");
    const ids = { login: button.id, add: button.id, authenticate: button.id, credential: credential.id, passwordless: passwordless?.id };
    if (form.dataset.passkeyData) ids.data = form.dataset.passkeyData;
    window.allauth.webauthn.forms[form.dataset.passkey]({ ids });
    // Said anew with each try, or the same words would not be read aloud again.
    button.addEventListener("click", () => { document.querySelector("[data-passkey-trouble]").hidden = true; }, true);
  }
})();
