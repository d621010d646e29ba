/**
 * What is edited of something that the program keeps. It begins anew when that has changed, and only then: every state
 * of the program brings a new copy of all it keeps.
 */
export class Draft<T> {
  readonly #kept: () => T;
  readonly #text = $derived.by(() => JSON.stringify(this.#kept()));
  #value = $derived.by(() => {
    const copy = $state(JSON.parse(this.#text) as T);
    return copy;
  });

  constructor(kept: () => T) {
    this.#kept = kept;
  }

  get value(): T {
    return this.#value;
  }

  set value(changed: T) {
    this.#value = changed;
  }
}
