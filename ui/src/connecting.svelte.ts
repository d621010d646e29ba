import { wantsIntranet } from './addresses';
import type { UiCommand } from './host/types';
import type { Session } from './session.svelte';

/** What the user agrees to when a portal is connected. */
export interface Consents {
  intranet: boolean;
  memoryOnly: boolean;
}

/** The attempt of a form to connect a portal: what the user agrees to, and how it stands. */
export class Attempt {
  intranet = $state(false);
  memoryOnly = $state(false);
  /** There is no keyring, so the secret may be kept in memory only. */
  memoryOffered = $state(false);
  busy = $state(false);
  /** The address is not encrypted and leaves this computer, so consent is wanted. */
  readonly plain = $derived.by(() => wantsIntranet(this.#address()));

  readonly #session: Session;
  readonly #address: () => string;

  constructor(session: Session, address: () => string) {
    this.#session = session;
    this.#address = address;
  }

  /** Asks the program to connect; true when it was accepted. */
  async perform(command: (consents: Consents) => UiCommand): Promise<boolean> {
    this.busy = true;
    const consents = { intranet: this.plain && this.intranet, memoryOnly: this.memoryOffered && this.memoryOnly };
    const accepted = await this.#session.perform(command(consents));
    this.busy = false;
    this.memoryOffered ||= !accepted && this.#session.refused?.code === 'keyring.missing';
    return accepted;
  }

  /** The next portal is agreed to anew. */
  reset(): void {
    this.intranet = this.memoryOnly = this.memoryOffered = false;
  }
}
