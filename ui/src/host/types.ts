import type { FailureView, UiCommand, View } from './generated';

export type * from './generated';

/**
 * The program behind the pages: two calls and one event, whatever shell carries them.
 */
export interface Host {
  /** The state as it is now. */
  view(): Promise<View>;
  /** Asks for something; a refusal is an answer, not an exception. */
  perform(command: UiCommand): Promise<FailureView | null>;
  /** Calls back with every new state until the returned function is called. */
  onView(listener: (view: View) => void): Promise<() => void>;
}

/**
 * A rejection as a failure. The program rejects with a code and a text; anything else comes from the shell itself.
 */
export function failureOf(reason: unknown): FailureView {
  if (typeof reason === 'object' && reason !== null && 'code' in reason && 'text' in reason) {
    const { code, text } = reason;
    if (typeof code === 'string' && typeof text === 'string') return { code, text };
  }
  return { code: 'internal', text: reason instanceof Error ? reason.message : String(reason) };
}
