import type { Language } from '../host/types';
import { words } from './words';

/** The time of day for a moment of today, else with the date; the year only when it is another one. */
export function moment(language: Language, at: number, now: number = Date.now()): string {
  const date = new Date(at);
  const today = new Date(now);
  const sameYear = date.getFullYear() === today.getFullYear();
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  if (sameYear && date.getMonth() === today.getMonth() && date.getDate() === today.getDate()) {
    return new Intl.DateTimeFormat(locale(language), time).format(date);
  }
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', ...time };
  return new Intl.DateTimeFormat(locale(language), sameYear ? day : { ...day, year: 'numeric' }).format(date);
}

/** Date and time to the second, for hints and the journal. */
export function exactly(language: Language, at: number): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at));
}

/** A duration as a person reads it: milliseconds below one second, then seconds with one digit. */
export function duration(language: Language, milliseconds: number): string {
  if (milliseconds < 1000) return words(language, 'ui.duration.ms', { value: Math.round(milliseconds) });
  const value = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(milliseconds / 1000);
  return words(language, 'ui.duration.s', { value });
}

/** Times of the day out of a text like `2:30, 13:00`, each once and in order; null when one of them is none. */
export function timesOfDay(text: string): string[] | null {
  const times = text.split(/[\s,;]+/).filter((time) => time !== '');
  const whole = times.map((time) => {
    const [, hours = '', minutes = ''] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
    return minutes === '' ? null : `${hours.padStart(2, '0')}:${minutes}`;
  });
  return whole.includes(null) ? null : [...new Set(whole as string[])].sort();
}

/** Russian desks write dates their way; English texts are read here with day before month. */
function locale(language: Language): string {
  return language === 'ru' ? 'ru-RU' : 'en-GB';
}
