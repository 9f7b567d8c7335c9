// Forms marked data-passkey ask the browser's passkey dialog before they are sent; what it answers goes along in their hidden field.
const decode = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0)).buffer;
const encode = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

async function options(kind) {
  const response = await fetch(`/account/passkey-${kind}`, { method: 'POST' });
  if (!response.ok) throw new Error('The server gave no passkey request; reload the page.');
  return response.json();
}

async function create() {
  const json = await options('creation');
  const publicKey = { ...json, challenge: decode(json.challenge), user: { ...json.user, id: decode(json.user.id) },
    excludeCredentials: (json.excludeCredentials ?? []).map(c => ({ ...c, id: decode(c.id) })) };
  return navigator.credentials.create({ publicKey });
}

async function request() {
  const json = await options('request');
  const publicKey = { ...json, challenge: decode(json.challenge), allowCredentials: (json.allowCredentials ?? []).map(c => ({ ...c, id: decode(c.id) })) };
  return navigator.credentials.get({ publicKey });
}

// Written out by hand: not every browser's credential has toJSON.
function toJson(credential) {
  const r = credential.response;
  const response = { clientDataJSON: encode(r.clientDataJSON) };
  if (r.attestationObject) {
    response.attestationObject = encode(r.attestationObject);
    response.transports = r.getTransports?.() ?? [];
  } else {
    response.authenticatorData = encode(r.authenticatorData);
    response.signature = encode(r.signature);
    if (r.userHandle) response.userHandle = encode(r.userHandle);
  }
  return JSON.stringify({ id: credential.id, rawId: encode(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(), authenticatorAttachment: credential.authenticatorAttachment });
}

const sentence = error => ({
  NotAllowedError: 'No passkey was chosen.',
  InvalidStateError: 'This device has a passkey for this account already.',
  SecurityError: 'Passkeys need an address with a name, such as https://studio.example; numbers will not do.',
})[error.name] ?? error.message;

document.addEventListener('submit', async event => {
  const form = event.target.closest?.('form[data-passkey]');
  if (!form || form.dataset.answered) return;
  event.preventDefault();
  event.stopPropagation();
  const message = form.querySelector('[role=alert]');
  message.hidden = true;
  try {
    if (!window.PublicKeyCredential) throw new Error(isSecureContext ? 'This browser has no passkeys.' : 'Passkeys need an https:// address.');
    const credential = await (form.dataset.passkey === 'creation' ? create() : request());
    form.querySelector('input[type=hidden][name$=".Credential"]').value = toJson(credential);
    form.dataset.answered = 'yes';
    form.requestSubmit();
  } catch (error) {
    message.textContent = sentence(error);
    message.hidden = false;
  }
}, true);
