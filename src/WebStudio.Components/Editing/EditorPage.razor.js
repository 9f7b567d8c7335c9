// Ties sliders, channel, canvas and history together. Blazor renders the frame once and has no part in what moves.
import { connect, message } from '../editor/channel.js';
import { History } from '../editor/history.js';
import { Sliders } from '../editor/sliders.js';
import { Stage } from '../editor/stage.js';

export function mount(root, config) {
  const editor = new Editor(root, config);
  editor.begin();
  return { dispose: () => editor.dispose() };
}

class Editor {
  #root; #config; #stage; #channel; #sliders; #history = new History(); #start; #fresh = true; #ends = new AbortController();

  constructor(root, config) {
    this.#root = root;
    this.#config = config;
    this.#stage = new Stage(this.$('canvas'), config.resolution);
  }

  $ = name => this.#root.querySelector(`[data-part="${name}"]`);

  async begin() {
    try {
      this.#channel = await connect({
        frame: (bitmap, frame) => this.#frame(bitmap, frame),
        failed: text => this.#say(text, true),
        state: state => this.#state(state),
        reopened: () => this.#channel.request(this.#sliders.values, true),
      });
      this.#wire();
      await this.#showEdits();
      const edit = this.#config.edit && this.#edits.find(e => e.Id === this.#config.edit);
      await (edit ? this.#restore({ start: edit.Start, values: edit.Values }) : this.#open(this.#config.start));
      this.#state('ready');
    } catch (error) {
      this.#state('failed');
      this.#say(message(error), true);
    }
  }

  dispose() { this.#ends.abort(); this.#channel?.stop(); }

  // ---- starting points and states -------------------------------------------------------------

  async #open(start, values = null, record = true) {
    const info = await this.#channel.open(this.#config.version, start);
    this.#start = start;
    this.#fresh = true;
    this.$('whole').hidden = !info.HasPhoto;
    this.#sliders = new Sliders(this.$('sliders'), this.$('free'), info, (final, at) => this.#moved(final, at));
    this.#channel.request(this.#sliders.values, true); // the picture as it is: kept for comparison
    if (values) { this.#sliders.values = values; this.#channel.request(values, true); }
    for (const button of this.#root.querySelectorAll('[data-start]')) button.setAttribute('aria-pressed', String(button.dataset.start === start));
    const seed = start.startsWith('portrait:') ? start.slice(9) : null;
    this.$('seed').textContent = seed === null ? '' : `portrait ${seed}`;
    if (record) this.#record();
  }

  async #restore(state) {
    if (state.start !== this.#start) return this.#open(state.start, state.values, false);
    this.#sliders.values = state.values;
    this.#channel.request(state.values, true);
    this.#buttons();
  }

  #record() { this.#history.push({ start: this.#start, values: this.#sliders.values }); this.#buttons(); }

  #moved(final, at) {
    this.#channel.request(this.#sliders.values, final, at);
    if (final) this.#record();
  }

  #frame(bitmap, frame) {
    this.#stage.show(bitmap, !frame.full);
    if (this.#fresh && frame.full) { this.#fresh = false; this.#stage.keepOriginal(); }
    this.$('readout').textContent = `${Math.round(frame.latency)} ms · ${frame.Width} × ${frame.Height}`;
    if (frame.full) {
      this.$('outside').hidden = !frame.Outside;
      this.#identity(frame.Identity);
    }
    this.#root.dispatchEvent(new CustomEvent('studio-frame', { detail: { seq: Number(frame.Seq), latency: frame.latency, server: frame.Milliseconds, full: frame.full } }));
  }

  #identity(value) {
    const meter = this.$('identity');
    meter.hidden = !Number.isFinite(value);
    if (meter.hidden) return;
    meter.querySelector('meter').value = Math.max(0, value);
    meter.lastElementChild.textContent = value.toFixed(2);
  }

  // ---- what the hand and the keys do ------------------------------------------------------------

  #wire() {
    const on = (target, type, handler, options = {}) => target.addEventListener(type, handler, { signal: this.#ends.signal, ...options });
    const guard = action => async (...args) => { try { await action(...args); } catch (error) { this.#say(message(error), true); } };
    const click = (name, action) => { const button = this.$(name); if (button) on(button, 'click', guard(action)); };
    click('undo', () => this.undo());
    click('redo', () => this.redo());
    click('reset', () => this.reset());
    click('portrait', () => this.portrait());
    click('compare', () => this.compare());
    click('save', () => this.save());
    click('help', () => this.$('keys').showModal());
    click('keys-close', () => this.$('keys').close());
    for (const button of this.#root.querySelectorAll('[data-download]')) on(button, 'click', guard(() => this.download(button.dataset.download, 'whole' in button.dataset)));
    for (const button of this.#root.querySelectorAll('[data-start]')) on(button, 'click', guard(() => this.#open(button.dataset.start)));
    const hold = this.$('hold');
    const held = value => { this.#stage.hold(value); hold.setAttribute('aria-pressed', String(value)); };
    on(hold, 'pointerdown', e => { hold.setPointerCapture(e.pointerId); held(true); });
    for (const type of ['pointerup', 'pointercancel', 'blur']) on(hold, type, () => held(false));
    on(hold, 'keydown', e => { if (e.key === ' ' || e.key === 'Enter') { e.preventDefault(); held(true); } });
    on(hold, 'keyup', () => held(false));
    const divider = this.$('divider');
    on(divider, 'input', () => this.#stage.split(Number(divider.value) / 100));
    const drag = e => { if (e.buttons && !divider.hidden) { const box = this.$('canvas').getBoundingClientRect(); divider.value = 100 * (e.clientX - box.left) / box.width; this.#stage.split(Number(divider.value) / 100); } };
    on(this.$('canvas'), 'pointerdown', drag);
    on(this.$('canvas'), 'pointermove', drag);

    const keys = { z: () => this.undo(), y: () => this.redo(), r: () => this.reset(), n: () => this.portrait(), c: () => this.compare(), s: () => this.save(), d: () => this.download('png'), '?': () => this.$('keys').showModal() };
    on(document, 'keydown', e => {
      if (e.target.closest?.('input:not([type=range]), textarea, dialog, select') || e.altKey) return;
      const key = e.key.toLowerCase();
      if (e.ctrlKey || e.metaKey) {
        if (key !== 'z' && key !== 'y') return;
        e.preventDefault();
        guard(() => key === 'y' || e.shiftKey ? this.redo() : this.undo())();
      } else if (key === 'o') { if (!e.repeat) held(true); }
      else if (/^[1-9]$/.test(key)) this.#sliders?.focus(Number(key) - 1);
      else if (keys[key]) { e.preventDefault(); guard(keys[key])(); }
    });
    on(document, 'keyup', e => { if (e.key.toLowerCase() === 'o') held(false); });
  }

  async undo() { const state = this.#history.undo(); if (state) { await this.#restore(state); this.#buttons(); } }
  async redo() { const state = this.#history.redo(); if (state) { await this.#restore(state); this.#buttons(); } }
  reset() { this.#sliders.reset(); this.#moved(true); this.#say('All sliders are at the starting point.'); }
  portrait() { return this.#open(`portrait:${crypto.getRandomValues(new Uint32Array(1))[0] % 1000000}`); }

  compare() {
    const divider = this.$('divider');
    divider.hidden = !divider.hidden;
    this.$('compare').setAttribute('aria-pressed', String(!divider.hidden));
    this.#stage.split(divider.hidden ? null : Number(divider.value) / 100);
    if (!divider.hidden) this.#say('Left of the divider is the original.');
  }

  async download(format, whole = false) {
    const values = this.#sliders.values.map(v => Number.isNaN(v) ? '' : v).join(',');
    const query = new URLSearchParams({ start: this.#start, values, format, name: this.#config.person, whole, label: this.$('label').checked });
    this.#say(whole ? 'Putting the face back into the photo …' : 'Making the file …');
    await this.#fetch(`/files/versions/${this.#config.version}/picture?${query}`, format);
  }

  // Fetched, so that what speaks against it arrives as a sentence.
  async #fetch(from, format) {
    const answer = await fetch(from);
    if (!answer.ok) {
      const problem = await answer.json().catch(() => null);
      throw new Error(problem?.detail ?? 'The file could not be made.');
    }
    const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1];
    const address = URL.createObjectURL(await answer.blob());
    Object.assign(document.createElement('a'), { href: address, download: name ? decodeURIComponent(name) : `portrait.${format === 'jpeg' ? 'jpg' : format}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    this.#say('Downloaded.');
  }

  // ---- kept edits ---------------------------------------------------------------------------------

  #edits = [];

  async save() {
    if (!this.#config.maySave) return;
    const name = await this.#ask('Keep this edit as', `Edit ${this.#edits.length + 1}`);
    if (name === null) return;
    await this.#channel.save(name, this.#sliders.values);
    await this.#showEdits();
    this.#say('Kept.');
  }

  async #showEdits() {
    this.#edits = await this.#channel.edits(this.#config.model);
    this.$('edits').hidden = this.#edits.length === 0;
    this.$('edit-list').replaceChildren(...this.#edits.map(edit => {
      const item = document.createElement('li');
      item.innerHTML = '<button type="button" class="start"><img alt="" width="72" height="72" loading="lazy"></button><span class="name"></span><button type="button" class="icon">↓</button><button type="button" class="icon">✎</button><button type="button" class="icon">✕</button>';
      const [open, name, download, rename, remove] = item.children;
      open.firstElementChild.src = `/files/edits/${edit.Id}/picture.webp`;
      open.setAttribute('aria-label', `Open ${edit.Name}`);
      name.textContent = edit.Name;
      name.append(document.createElement('br'), this.#reviewOf(edit));
      download.setAttribute('aria-label', `Download ${edit.Name} as PNG`);
      rename.setAttribute('aria-label', `Rename ${edit.Name}`);
      remove.setAttribute('aria-label', `Delete ${edit.Name}`);
      const act = (button, action) => button.addEventListener('click', async () => { try { await action(); } catch (error) { this.#say(message(error), true); } });
      act(open, async () => {
        if (edit.Version !== this.#config.version) { location.search = `?version=${edit.Version}&edit=${edit.Id}`; return; }
        await this.#restore({ start: edit.Start, values: edit.Values });
        this.#record();
      });
      act(download, () => this.#fetch(`/files/edits/${edit.Id}/export?${new URLSearchParams({ format: 'png', name: edit.Name, label: this.$('label').checked })}`, 'png'));
      act(rename, async () => { const text = await this.#ask('Rename the edit', edit.Name); if (text !== null) { await this.#channel.rename(edit.Id, text); await this.#showEdits(); } });
      act(remove, async () => { if (await this.#ask(`Delete “${edit.Name}”?`, null) !== null) { await this.#channel.remove(edit.Id); await this.#showEdits(); } });
      rename.hidden = remove.hidden = !this.#config.maySave;
      return item;
    }));
  }

  // Where its review stands, and the way to send it where that makes sense.
  #reviewOf(edit) {
    const words = { Waiting: 'waits for review', Approved: 'approved', SentBack: 'sent back', Rejected: 'rejected' };
    const place = document.createElement('small');
    if (edit.Review) place.append(Object.assign(document.createElement('a'), { href: `/reviews/${edit.Review}`, textContent: words[edit.ReviewState] }), ' ');
    if (this.#config.maySave && edit.ReviewState !== 'Waiting' && edit.ReviewState !== 'Approved') {
      const send = Object.assign(document.createElement('button'), { type: 'button', className: 'send', textContent: edit.Review ? 'send again' : 'send for review' });
      send.addEventListener('click', async () => {
        try { await this.#channel.review(edit.Id, ''); await this.#showEdits(); this.#say(`${edit.Name} waits for a review.`); } catch (error) { this.#say(message(error), true); }
      });
      place.append(send);
    }
    return place;
  }

  // A question; null when it was dismissed.
  #ask(title, text) {
    const dialog = this.$('ask');
    const [heading, input] = [dialog.querySelector('h2'), dialog.querySelector('input')];
    heading.textContent = title;
    input.hidden = text === null;
    input.value = text ?? '';
    dialog.returnValue = '';
    dialog.showModal();
    if (text !== null) input.select();
    return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes' ? input.value.trim() || text || '' : null), { once: true }));
  }

  // ---- telling --------------------------------------------------------------------------------------

  #buttons() {
    this.$('undo').disabled = !this.#history.canUndo;
    this.$('redo').disabled = !this.#history.canRedo;
    this.$('reset').disabled = !this.#sliders?.touched;
  }

  #state(state) { this.#root.dataset.state = state; }

  #say(text, bad = false) {
    const place = this.$('say');
    place.textContent = text;
    place.classList.toggle('bad', bad);
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => { place.textContent = ''; }, bad ? 12000 : 4000);
  }
}
