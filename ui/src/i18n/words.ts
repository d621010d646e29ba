import type { Language } from '../host/types';
import { CATALOGUE, type Key } from './generated';

export type { Key };

/** The stems of the counted texts: `ui.inbox.unread` has `.one`, `.few` and `.many`. */
export type CountedKey = Key extends infer K ? (K extends `${infer Stem}.one` ? Stem : never) : never;

export type Parameters = Record<string, string | number>;

/** The text of a key with its placeholders filled; an unknown placeholder stays visible. */
export function words(language: Language, key: Key, parameters: Parameters = {}): string {
  return CATALOGUE[key][language].replace(/\{([\w-]+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    return value === undefined ? whole : String(value);
  });
}

/** The form of a counted text that fits `count`. */
export function counted(language: Language, stem: CountedKey, count: number): string {
  const form = new Intl.PluralRules(language).select(count);
  // A whole number is one, few or many in Russian, one or other in English, where the last two forms are the same.
  const key = `${stem}.${form === 'one' || form === 'few' ? form : 'many'}` as Key;
  return words(language, key, { count: new Intl.NumberFormat(language).format(count) });
}

/** The text of `prefix.name` if the catalogue has one, else the name itself: names come from the program and grow. */
export function named(language: Language, prefix: string, name: string): string {
  const key = `${prefix}.${name}`;
  return Object.hasOwn(CATALOGUE, key) ? words(language, key as Key) : name;
}
