// Uploads of one album: a queue that sends a few files at a time, each as the body of a request of its own. Queues outlive the component, so that an upload goes on while other pages are
// looked at; whichever zone of the album is on the page draws it.
const PARALLEL = 4, RETRIES = [1000, 4000], SHOWN = 60;
const PICTURE = /\.(jpe?g|png|webp|gif|bmp)$/i;
const queues = new Map();

export function attach(zone, album, maxBytes) {
  if (!queues.has(album)) queues.set(album, new Queue(album, maxBytes));
  return new Zone(zone, queues.get(album));
}

class Queue {
  constructor(album, maxBytes) { Object.assign(this, { album, maxBytes, entries: [], view: null, announced: false }); }

  add(files) {
    if (!this.busy) this.entries = this.entries.filter(e => e.state === 'failed' || e.state === 'refused');
    for (const file of files) {
      const entry = { file, name: file.name, size: file.size, sent: 0, state: 'waiting', tries: 0, reason: '' };
      if (file.size > this.maxBytes) this.refuse(entry, `${file.name} is larger than ${this.maxBytes >> 20} MB, the most that is accepted for one photo.`);
      this.entries.push(entry);
    }
    this.announced = false;
    this.pump();
  }

  get busy() { return this.entries.some(e => e.state === 'waiting' || e.state === 'sending'); }
  count(state) { return this.entries.filter(e => e.state === state).length; }

  pump() {
    let free = PARALLEL - this.count('sending');
    for (const entry of this.entries) {
      if (free <= 0) break;
      if (entry.state === 'waiting' && !entry.later) { this.send(entry); free--; }
    }
    window.onbeforeunload = [...queues.values()].some(q => q.busy) ? e => { e.preventDefault(); return ''; } : null;
    this.draw();
  }

  send(entry) {
    const request = entry.request = new XMLHttpRequest();
    entry.state = 'sending';
    entry.sent = 0;
    request.open('POST', `/api/albums/${this.album}/photos?name=${encodeURIComponent(entry.name)}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-WebStudio', '1');
    request.upload.onprogress = e => { entry.sent = e.loaded; this.draw(); };
    request.onload = () => this.answered(entry, request);
    request.onerror = () => this.broken(entry, `${entry.name}: the connection broke.`);
    request.onabort = () => this.finish(entry, 'cancelled');
    request.send(entry.file);
  }

  answered(entry, request) {
    let answer = null;
    try { answer = JSON.parse(request.responseText); } catch { /* not from the endpoint */ }
    if (answer?.status === 'added' || answer?.status === 'duplicate') this.finish(entry, answer.status);
    else if (answer?.status === 'refused') { this.refuse(entry, answer.reason); this.pump(); }
    else if (request.status === 404) { this.refuse(entry, `${entry.name}: the album is gone, or not yours to change.`); this.pump(); }
    else if (request.status === 401 || request.status === 200) { this.fail(entry, `${entry.name}: sign in again, then try again.`); }
    else this.broken(entry, `${entry.name}: the server answered ${request.status}.`);
  }

  broken(entry, reason) {
    const wait = RETRIES[entry.tries++];
    if (!wait) return this.fail(entry, reason);
    Object.assign(entry, { state: 'waiting', sent: 0, later: true });
    setTimeout(() => { entry.later = false; this.pump(); }, wait);
    this.pump();
  }

  finish(entry, state) { entry.sent = entry.size; entry.state = state; entry.file = state === 'cancelled' ? entry.file : null; this.pump(); }
  refuse(entry, reason) { Object.assign(entry, { state: 'refused', reason, sent: entry.size, file: null }); }
  fail(entry, reason) { Object.assign(entry, { state: 'failed', reason, sent: 0 }); this.pump(); }
  cancel(entry) { if (entry.state === 'sending') entry.request.abort(); else if (entry.state === 'waiting') this.finish(entry, 'cancelled'); }
  cancelAll() { for (const e of this.entries.filter(e => e.state === 'waiting')) e.state = 'cancelled'; for (const e of this.entries.filter(e => e.state === 'sending')) e.request.abort(); this.pump(); }
  retryFailed() { for (const e of this.entries.filter(e => e.state === 'failed')) Object.assign(e, { state: 'waiting', tries: 0, reason: '' }); this.announced = false; this.pump(); }
  close() { if (!this.busy) { this.entries = []; this.draw(); } }
  draw() { this.view?.later(); }
}

class Zone {
  constructor(zone, queue) {
    Object.assign(this, { zone, queue, rows: new Map(), drawing: 0, off: new AbortController() });
    queue.view = this;
    const on = (target, name, handler) => target.addEventListener(name, handler, { signal: this.off.signal });
    for (const kind of ['files', 'folder']) {
      const input = zone.querySelector(`[data-input=${kind}]`);
      on(zone.querySelector(`[data-pick=${kind}]`), 'click', () => input.click());
      const chosen = () => { this.take([...input.files], kind === 'folder'); input.value = ''; };
      on(input, 'change', chosen);
      if (input.files.length) chosen(); // chosen before this module had loaded
    }
    let depth = 0; // dragenter and dragleave come for every element that is crossed
    on(zone, 'dragenter', e => { e.preventDefault(); depth++; zone.classList.add('over'); });
    on(zone, 'dragover', e => e.preventDefault());
    on(zone, 'dragleave', () => { if (--depth <= 0) { depth = 0; zone.classList.remove('over'); } });
    on(zone, 'drop', async e => { e.preventDefault(); depth = 0; zone.classList.remove('over'); const { files, folders } = await dropped(e.dataTransfer); this.take(files, folders); });
    // Beside the zone a drop would leave the page and show the file.
    on(window, 'dragover', e => e.preventDefault());
    on(window, 'drop', e => e.preventDefault());
    on(zone.querySelector('[data-do=retry]'), 'click', () => queue.retryFailed());
    on(zone.querySelector('[data-do=cancel]'), 'click', () => queue.cancelAll());
    on(zone.querySelector('[data-do=close]'), 'click', () => queue.close());
    this.later();
  }

  // A folder holds other things too: those are passed over; a file chosen by itself is sent, and the server says what it is.
  take(files, fromFolder) {
    const hidden = f => f.name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(f.name);
    const wanted = files.filter(f => !hidden(f) && (!fromFolder || f.type.startsWith('image/') || PICTURE.test(f.name)));
    this.say(wanted.length ? `${wanted.length} files are being uploaded.` : 'No pictures in there.');
    if (wanted.length) this.queue.add(wanted);
  }

  later() { this.drawing ||= requestAnimationFrame(() => { this.drawing = 0; this.draw(); }); }

  draw() {
    const { zone, queue } = this, entries = queue.entries, total = zone.querySelector('.total');
    total.hidden = entries.length === 0;
    if (total.hidden) return;
    const size = entries.reduce((s, e) => s + e.size, 0) || 1, sent = entries.reduce((s, e) => s + Math.min(e.sent, e.size), 0);
    zone.querySelector('.total-bar').value = queue.busy ? sent / size : 1;
    const text = queue.busy ? working(queue, entries, sent, size) : summary(queue);
    zone.querySelector('.total-text').textContent = text;
    zone.querySelector('[data-do=retry]').hidden = queue.count('failed') === 0;
    zone.querySelector('[data-do=cancel]').hidden = !queue.busy;
    zone.querySelector('[data-do=close]').hidden = queue.busy;
    if (!queue.busy && !queue.announced) { queue.announced = true; this.say(text); }
    this.drawRows(entries.filter(e => e.state === 'sending').concat(entries.filter(e => e.state === 'failed' || e.state === 'refused')).slice(0, SHOWN));
  }

  drawRows(shown) {
    const list = this.zone.querySelector('.files');
    for (const [entry, row] of this.rows) if (!shown.includes(entry) || row.state !== entry.state) { row.element.remove(); this.rows.delete(entry); }
    for (const entry of shown) {
      let row = this.rows.get(entry);
      if (!row) { row = { state: entry.state, element: this.row(entry) }; this.rows.set(entry, row); list.append(row.element); }
      const bar = row.element.querySelector('progress');
      if (bar) bar.value = entry.sent / (entry.size || 1);
    }
  }

  row(entry) {
    const row = document.createElement('li'), name = document.createElement('span');
    name.className = 'name';
    name.textContent = entry.reason || entry.name;
    row.append(name);
    if (entry.state === 'sending') {
      const bar = document.createElement('progress');
      bar.max = 1;
      bar.setAttribute('aria-label', entry.name);
      row.append(bar, button('Cancel', `Cancel ${entry.name}`, () => this.queue.cancel(entry)));
    } else {
      row.className = 'bad';
      if (entry.state === 'failed') row.append(button('Try again', `Try ${entry.name} again`, () => { Object.assign(entry, { state: 'waiting', tries: 0, reason: '' }); this.queue.pump(); }));
    }
    return row;
  }

  say(text) { this.zone.querySelector('[data-say]').textContent = text; }

  detach() {
    this.off.abort();
    cancelAnimationFrame(this.drawing);
    if (this.queue.view === this) this.queue.view = null;
  }
}

function button(text, label, action) {
  const element = document.createElement('button');
  Object.assign(element, { type: 'button', textContent: text, onclick: action });
  element.setAttribute('aria-label', label);
  return element;
}

const megabytes = bytes => (bytes / 1048576).toFixed(1);

function working(queue, entries, sent, size) {
  const done = entries.filter(e => e.state !== 'waiting' && e.state !== 'sending').length;
  return `Uploading: ${done} of ${entries.length} done, ${megabytes(sent)} of ${megabytes(size)} MB`;
}

function summary(queue) {
  const parts = [[queue.count('added'), 'added'], [queue.count('duplicate'), 'there already'], [queue.count('refused'), 'refused'], [queue.count('failed'), 'failed'], [queue.count('cancelled'), 'cancelled']];
  return parts.filter(([n], i) => n > 0 || i === 0).map(([n, what], i) => i === 0 ? `${n} ${n === 1 ? 'photo' : 'photos'} ${what}` : `${n} ${what}`).join(', ') + '.';
}

// Files of a drop; folders are walked. readEntries gives at most a hundred at a time.
async function dropped(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return { files: [...transfer.files], folders: false };
  const files = [], folders = entries.some(e => e.isDirectory);
  const walk = async entry => {
    if (entry.isFile) return void files.push(await new Promise((ok, no) => entry.file(ok, no)));
    const reader = entry.createReader();
    for (let part; (part = await new Promise((ok, no) => reader.readEntries(ok, no))).length;) for (const child of part) await walk(child);
  };
  for (const entry of entries) await walk(entry);
  return { files, folders };
}
