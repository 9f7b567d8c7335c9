// A mask painted over a photo, with mouse, pen or finger. White on the canvas is what is missing.
const longest = 1024; // pixels of the mask's longer side: a brush needs no more

export function paint(root) {
  const part = name => root.querySelector(`[data-part="${name}"]`);
  const [photo, canvas, size, erase] = ['photo', 'mask', 'size', 'erase'].map(part);
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  let address = null, before = [], last = null;

  const at = e => {
    const box = canvas.getBoundingClientRect();
    return [(e.clientX - box.left) * canvas.width / box.width, (e.clientY - box.top) * canvas.height / box.height];
  };
  const stroke = (from, to) => {
    brush.globalCompositeOperation = erase.getAttribute('aria-pressed') === 'true' ? 'destination-out' : 'source-over';
    brush.lineWidth = Number(size.value) * canvas.width / Math.max(1, canvas.getBoundingClientRect().width);
    brush.lineCap = brush.lineJoin = 'round';
    brush.strokeStyle = '#fff';
    brush.beginPath();
    brush.moveTo(...from);
    brush.lineTo(to[0] + 0.01, to[1]); // a touch without a move is a dot
    brush.stroke();
  };
  const keep = () => { before.push(brush.getImageData(0, 0, canvas.width, canvas.height)); if (before.length > 20) before.shift(); };
  canvas.addEventListener('pointerdown', e => { e.preventDefault(); canvas.setPointerCapture(e.pointerId); keep(); last = at(e); stroke(last, last); });
  canvas.addEventListener('pointermove', e => {
    if (last === null) return;
    for (const move of e.getCoalescedEvents?.() ?? [e]) { const to = at(move); stroke(last, to); last = to; }
  });
  for (const type of ['pointerup', 'pointercancel']) canvas.addEventListener(type, () => { last = null; });
  erase.addEventListener('click', () => erase.setAttribute('aria-pressed', String(erase.getAttribute('aria-pressed') !== 'true')));
  part('undo').addEventListener('click', () => { const state = before.pop(); if (state) brush.putImageData(state, 0, 0); });
  part('clear').addEventListener('click', () => { keep(); brush.clearRect(0, 0, canvas.width, canvas.height); });

  return {
    // The photo that was chosen in a file input.
    async show(input) {
      if (address) URL.revokeObjectURL(address);
      address = URL.createObjectURL(input.files[0]);
      photo.src = address;
      await photo.decode().catch(() => {}); // no picture: the server says so
      const scale = Math.min(1, longest / Math.max(photo.naturalWidth, photo.naturalHeight, 1));
      canvas.width = Math.max(1, Math.round(photo.naturalWidth * scale));
      canvas.height = Math.max(1, Math.round(photo.naturalHeight * scale));
      before = [];
    },
    // The mask as a PNG, white on black; null where nothing is painted.
    async mask() {
      const pixels = brush.getImageData(0, 0, canvas.width, canvas.height).data;
      if (!pixels.some((value, i) => i % 4 === 3 && value > 127)) return null;
      const flat = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
      const context = flat.getContext('2d');
      context.fillRect(0, 0, flat.width, flat.height);
      context.drawImage(canvas, 0, 0);
      return new Promise(resolve => flat.toBlob(resolve, 'image/png'));
    },
  };
}
