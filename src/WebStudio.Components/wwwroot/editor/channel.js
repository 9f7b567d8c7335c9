// The way from sliders to pictures: one request on its way, the newest waiting, late pictures dropped, sessions opened again after a lost connection.
const libraries = new URL('../lib/', import.meta.url);

function load(name) {
  const src = new URL(name, libraries).href;
  if (document.querySelector(`script[src="${src}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src, onload: resolve, onerror: () => reject(new Error(`${name} could not be loaded.`)) });
    document.head.append(script);
  });
}

export async function connect(events) {
  await load('signalr.min.js');
  await load('signalr-protocol-msgpack.min.js');
  const hub = new signalR.HubConnectionBuilder().withUrl('/hubs/studio')
    .withHubProtocol(new signalR.protocols.msgpack.MessagePackHubProtocol())
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: c => Math.min(500 * 2 ** c.previousRetryCount, 8000) })
    .configureLogging(signalR.LogLevel.Error).build();
  const channel = new Channel(hub, events);
  await hub.start();
  return channel;
}

class Channel {
  #hub; #events; #session = null; #opened = null; #seq = 0; #drawn = 0; #flying = null; #waiting = null; #turn = Promise.resolve();

  constructor(hub, events) {
    this.#hub = hub;
    this.#events = events;
    hub.on('Frame', frame => this.#arrived(frame));
    hub.on('Failed', (session, text) => { if (session === this.#session) { this.#next(); events.failed(text); } });
    hub.on('Ended', session => { if (session === this.#session) this.#again(); });
    hub.onreconnecting(() => events.state('lost'));
    hub.onreconnected(() => this.#again());
    hub.onclose(() => events.state('closed'));
  }

  // One after the other: whoever asks twice quickly leaves no session behind.
  open(version, start) {
    const opening = this.#turn.then(() => this.#open(version, start));
    this.#turn = opening.catch(() => {});
    return opening;
  }

  async #open(version, start) {
    const before = this.#session;
    const info = await this.#hub.invoke('Open', version, start);
    this.#session = info.Session;
    this.#opened = [version, start];
    this.#flying = this.#waiting = null;
    if (before && this.#hub.state === 'Connected') this.#hub.invoke('Close', before).catch(() => {});
    return info;
  }

  // The server ended the session: with its connection, or because nobody moved a slider for long.
  async #again() {
    try {
      if (this.#opened) await this.open(...this.#opened);
      this.#events.state('ready');
      this.#events.reopened();
    } catch (error) { this.#events.failed(message(error)); }
  }

  // full: at full size. at: when the hand moved, for the latency shown.
  request(values, full, at = performance.now()) {
    if (this.#hub.state !== 'Connected') return; // asked for again with the new session
    if (this.#flying) { this.#waiting = { values, full, at }; return; }
    this.#flying = { seq: ++this.#seq, at, full };
    this.#hub.send('SetCoordinates', this.#session, this.#seq, values, full).catch(error => { this.#flying = null; this.#events.failed(message(error)); });
  }

  #next() {
    const waiting = this.#waiting;
    this.#flying = this.#waiting = null;
    if (waiting) this.request(waiting.values, waiting.full, waiting.at);
  }

  async #arrived(frame) {
    if (frame.Session !== this.#session) return;
    const answered = this.#flying;
    this.#next();
    const bitmap = await createImageBitmap(new Blob([frame.Bytes], { type: frame.ContentType }));
    if (Number(frame.Seq) <= this.#drawn || frame.Session !== this.#session) { bitmap.close(); return; }
    this.#drawn = Number(frame.Seq);
    this.#events.frame(bitmap, { ...frame, latency: answered ? performance.now() - answered.at : 0, full: answered?.full ?? false });
  }

  edits = model => this.#hub.invoke('Edits', model);
  save = (name, values) => this.#hub.invoke('SaveEdit', this.#session, name, values);
  rename = (edit, name) => this.#hub.invoke('RenameEdit', edit, name);
  review = (edit, note) => this.#hub.invoke('SendForReview', edit, note);
  remove = edit => this.#hub.invoke('DeleteEdit', edit);
  stop = () => this.#hub.stop();
}

// SignalR wraps what the server says.
export const message = error => (error?.message ?? String(error)).replace(/^.*HubException: /, '');
