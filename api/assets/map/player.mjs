// The moment that map, slider, chart and words show, and how it moves.

/** How the moment came to be: played, paused, stepped to a fix, or chosen. */
export const PLAYED = "played";
export const PAUSED = "paused";
export const STEPPED = "stepped";
export const CHOSEN = "chosen";

export class Player {
  /** From `from` to `to` in milliseconds, stepping through `steps` in time order. */
  constructor({ from, to, steps }) {
    Object.assign(this, { from, to, steps, at: from, speed: 60, playing: false });
    // Which step the moment is at, if it came by stepping: two may be of one time.
    this.index = null;
    this.listeners = [];
    this.frame = this.frame.bind(this);
  }

  /** Call `listener(at, how, step)` whenever the moment moves, and once now. */
  listen(listener) {
    this.listeners.push(listener);
    listener(this.at, CHOSEN, null);
  }

  /** Step through these from now on. */
  through(steps) {
    Object.assign(this, { steps, index: null });
  }

  choose(at) {
    this.move(at, CHOSEN);
  }

  /** To the next fix (1) or the one before (-1); nowhere if there is none. */
  step(way) {
    this.pause();
    const index = this.index === null ? this.nearest(way) : this.index + way;
    const step = this.steps[index];
    if (step) this.move(step.at, STEPPED, index);
  }

  nearest(way) {
    const after = this.steps.findIndex(({ at }) =>
      way > 0 ? at > this.at : at >= this.at,
    );
    const end = after < 0 ? this.steps.length : after;
    return way > 0 ? end : end - 1;
  }

  play() {
    if (this.at >= this.to) this.choose(this.from);
    this.playing = true;
    this.last = undefined;
    requestAnimationFrame(this.frame);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.move(this.at, PAUSED);
  }

  frame(now) {
    if (!this.playing) return;
    const passed = (now - (this.last ?? now)) * this.speed;
    this.last = now;
    this.move(this.at + passed, PLAYED);
    if (this.at >= this.to) this.pause();
    else requestAnimationFrame(this.frame);
  }

  move(at, how, index = null) {
    this.index = index;
    this.at = Math.min(this.to, Math.max(this.from, at));
    const step = index === null ? null : this.steps[index];
    for (const listener of this.listeners) listener(this.at, how, step);
  }
}
