// Sliders in real units, with the gallery's range marked and a tick for every photo. Values are NaN where nobody moved them.
const BEYOND = 0.2; // of the gallery's range, to either side

export class Sliders {
  #rows = [];

  // moved(final, at): a slider moved at this time; final when it was let go.
  constructor(named, free, info, moved) {
    named.replaceChildren(...info.Attributes.map(a => this.#row(a, true, moved)));
    free.replaceChildren(...info.Free.map(a => this.#row(a, false, moved)));
  }

  get values() { return this.#rows.map(r => r.value); }

  set values(values) { this.#rows.forEach((r, i) => r.show(values[i] ?? NaN)); }

  get touched() { return this.#rows.some(r => !Number.isNaN(r.value)); }

  reset() { this.#rows.forEach(r => r.show(NaN)); }

  focus(index) { this.#rows[index]?.range.focus(); }

  #row(info, named, moved) {
    const span = Math.max(info.Maximum - info.Minimum, 1e-6);
    const percent = info.Unit === '%';
    let low = Math.min(info.Minimum - BEYOND * span, info.Value), high = Math.max(info.Maximum + BEYOND * span, info.Value);
    if (percent) [low, high] = [Math.max(0, Math.min(low, info.Minimum)), Math.min(100, Math.max(high, info.Maximum))];
    if (info.Unit === 'years') low = Math.max(0, low);
    const digits = named ? (info.Labels.length ? 2 : info.Unit === '°' ? 1 : 0) : 2;
    const step = named && !info.Labels.length ? 0.1 : span / 200;
    const share = v => `${100 * (v - low) / (high - low)}%`;
    const text = v => `${v.toFixed(digits)}${info.Unit === 'years' ? ' years' : info.Unit}`;

    const element = document.createElement('div');
    element.className = 'slider';
    const id = `slider-${info.Name}`;
    element.innerHTML = `<label></label><input type="number" class="value numbers" step="any"><span class="unit"></span>
      <button type="button" class="icon" hidden>↺</button>
      <div class="track"><span class="gallery"></span><span class="ticks"></span><input type="range" class="range"></div>`;
    const [label, number, unit, reset, track] = element.children;
    const range = track.lastElementChild;
    label.htmlFor = range.id = id;
    label.textContent = info.Label;
    unit.textContent = info.Unit === 'years' ? 'years' : info.Unit;
    number.setAttribute('aria-label', `${info.Label}, value`);
    reset.setAttribute('aria-label', `Reset ${info.Label}`);
    reset.title = 'Back to the starting point';
    Object.assign(range, { min: low, max: high, step });
    Object.assign(track.firstElementChild.style, { left: share(info.Minimum), right: `${100 - parseFloat(share(info.Maximum))}%` });
    const ticks = track.children[1];
    for (const value of new Set(info.Ticks.map(t => Math.round((t - low) / (high - low) * 400) / 400))) {
      const tick = document.createElement('i');
      tick.style.left = `${value * 100}%`;
      ticks.append(tick);
    }
    if (info.Labels.length === 2) { ticks.dataset.low = info.Labels[0]; ticks.dataset.high = info.Labels[1]; }

    const row = {
      range, value: NaN,
      show(value) {
        row.value = value;
        const shown = Number.isNaN(value) ? info.Value : value;
        range.value = shown;
        range.setAttribute('aria-valuetext', text(shown));
        if (document.activeElement !== number) number.value = shown.toFixed(digits);
        reset.hidden = Number.isNaN(value);
      },
    };
    range.addEventListener('input', e => { row.show(Number(range.value)); moved(false, e.timeStamp); });
    range.addEventListener('change', e => moved(true, e.timeStamp));
    number.addEventListener('change', () => {
      if (number.value === '' || Number.isNaN(Number(number.value))) { row.show(row.value); return; }
      row.show(Math.min(high, Math.max(low, Number(number.value))));
      number.value = row.value.toFixed(digits);
      moved(true);
    });
    const clear = () => { row.show(NaN); moved(true); range.focus(); };
    reset.addEventListener('click', clear);
    range.addEventListener('dblclick', clear);
    row.show(NaN);
    this.#rows.push(row);
    return element;
  }
}
