// Keys of the photo panel, and the three points of a re-crop: dragged, clicked or moved by arrow keys. Where they are is the component's to draw.
export function attach(panel, component) {
  const off = new AbortController(), on = (target, name, handler) => target.addEventListener(name, handler, { signal: off.signal });
  const stage = panel.querySelector('[data-stage]');
  const share = e => { const box = stage.getBoundingClientRect(); return [(e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height]; };
  const cropping = () => stage.hasAttribute('data-cropping');
  let dragged = null, sending = false, newest = null;

  // One move on its way, the newest waiting.
  const move = async (index, x, y) => {
    newest = [index, x, y];
    if (sending) return;
    sending = true;
    while (newest) { const next = newest; newest = null; await component.invokeMethodAsync('Point', ...next); }
    sending = false;
  };

  on(stage, 'pointerdown', e => {
    if (!cropping()) return;
    const point = e.target.closest('[data-point]');
    dragged = point ? +point.dataset.point : null;
    if (point) { point.setPointerCapture(e.pointerId); e.preventDefault(); point.focus(); } else move(-1, ...share(e));
  });
  on(stage, 'pointermove', e => { if (dragged !== null) move(dragged, ...share(e)); });
  on(stage, 'pointerup', () => dragged = null);
  on(stage, 'pointercancel', () => dragged = null);

  on(document, 'keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select, [role=dialog], [role=listbox], [role=menu]')) return;
    const point = e.target.closest('[data-point]'), by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (point && by) {
      const box = stage.getBoundingClientRect(), step = e.shiftKey ? 10 : 2, at = point.getBoundingClientRect();
      e.preventDefault();
      move(+point.dataset.point, (at.left + at.width / 2 + by[0] * step - box.left) / box.width, (at.top + at.height / 2 + by[1] * step - box.top) / box.height);
      return;
    }
    const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    if (!['ArrowLeft', 'ArrowRight', 'Escape', 'u', 'x', 'a'].includes(key) || (cropping() && key !== 'Escape')) return;
    e.preventDefault();
    component.invokeMethodAsync('Key', key);
  });
  return { detach: () => off.abort() };
}
