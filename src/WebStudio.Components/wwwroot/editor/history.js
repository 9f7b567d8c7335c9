// Undo and redo over whole states; a step for every slider that was let go, every reset and every new starting point.
export class History {
  #states = []; #at = -1;

  push(state) {
    this.#states.splice(this.#at + 1);
    this.#states.push(state);
    if (this.#states.length > 200) this.#states.shift();
    this.#at = this.#states.length - 1;
  }

  get canUndo() { return this.#at > 0; }
  get canRedo() { return this.#at < this.#states.length - 1; }
  undo() { return this.canUndo ? this.#states[--this.#at] : null; }
  redo() { return this.canRedo ? this.#states[++this.#at] : null; }
}
