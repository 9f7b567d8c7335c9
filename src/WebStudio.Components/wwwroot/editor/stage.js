// The canvas: the edited picture, the original while it is held, or both beside a divider.
const LEAST = 512; // small generators are enlarged smoothly, so that nothing is blocky

export class Stage {
  #canvas; #context; #edited = null; #original = null; #held = false; #split = null;

  constructor(canvas, resolution) {
    this.#canvas = canvas;
    canvas.width = canvas.height = Math.max(LEAST, resolution);
    this.#context = canvas.getContext('2d');
  }

  // passing: another picture follows at once; it is enlarged the quick way.
  show(bitmap, passing = false) {
    this.#edited?.close?.();
    this.#edited = bitmap;
    this.#context.imageSmoothingQuality = passing ? 'low' : 'high';
    this.#draw();
  }

  async keepOriginal() {
    const before = this.#original;
    this.#original = this.#edited ? await createImageBitmap(this.#edited) : null;
    before?.close?.();
  }

  hold(on) { if (this.#held !== on) { this.#held = on; this.#draw(); } }

  // null, or where the divider stands, 0 to 1 from the left.
  split(share) { this.#split = share; this.#draw(); }

  #draw() {
    const { width, height } = this.#canvas;
    const picture = this.#held && this.#original ? this.#original : this.#edited;
    if (!picture) return;
    this.#context.drawImage(picture, 0, 0, width, height);
    if (this.#split === null || !this.#original || this.#held) return;
    const x = Math.round(this.#split * width);
    this.#context.save();
    this.#context.beginPath();
    this.#context.rect(0, 0, x, height);
    this.#context.clip();
    this.#context.drawImage(this.#original, 0, 0, width, height);
    this.#context.restore();
    this.#context.fillStyle = '#fff';
    this.#context.fillRect(x - 1, 0, 2, height);
  }
}
