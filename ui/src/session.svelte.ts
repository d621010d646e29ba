import { getContext, setContext } from 'svelte';

import { failureOf, type FailureView, type Host, type Language, type UiCommand, type View } from './host/types';
import { counted, named, words, type CountedKey, type Key, type Parameters } from './i18n/words';

const SESSION = Symbol('session');

/**
 * What every page stands on: the last state the program sent, the way to ask for something, and the words.
 * The pages decide nothing; a command changes the program, and the program sends its new state.
 */
export class Session {
  /** The last state; none until the program answered. */
  view = $state.raw<View>();
  /** Why the last command was refused; gone with the next one that is accepted. */
  refused = $state.raw<FailureView | null>(null);

  readonly #host: Host;
  #stop: (() => void) | undefined;
  #closed = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first and asks then, so that no change falls between. */
  async open(): Promise<void> {
    try {
      let heard = false;
      const stop = await this.#host.onView((view) => {
        heard = true;
        this.view = view;
      });
      if (this.#closed) {
        stop();
        return;
      }
      this.#stop = stop;
      const view = await this.#host.view();
      if (!heard) this.view = view;
    } catch (reason) {
      this.refused = failureOf(reason);
    }
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
  }

  /** Asks for something; true when it was accepted. */
  async perform(command: UiCommand): Promise<boolean> {
    this.refused = await this.#host.perform(command);
    return this.refused === null;
  }

  /** What is to be shown as a failure: the refusal of the last command, else what the program reports. */
  get failure(): FailureView | null {
    return this.refused ?? this.view?.failure ?? null;
  }

  async dismissFailure(): Promise<void> {
    this.refused = null;
    if (this.view?.failure) await this.perform({ do: 'dismissFailure' });
  }

  get language(): Language {
    return this.view?.settings.language ?? 'ru';
  }

  /** Whether the company has set this setting, or something below it. */
  locked(name: string): boolean {
    const below = [`${name}.`, `${name}[`];
    return this.view?.locked.some((set) => set === name || below.some((start) => set.startsWith(start))) ?? false;
  }

  t(key: Key, parameters?: Parameters): string {
    return words(this.language, key, parameters);
  }

  counted(stem: CountedKey, count: number): string {
    return counted(this.language, stem, count);
  }

  named(prefix: string, name: string): string {
    return named(this.language, prefix, name);
  }
}

export function provideSession(session: Session): Session {
  return setContext(SESSION, session);
}

export function useSession(): Session {
  return getContext<Session>(SESSION);
}
