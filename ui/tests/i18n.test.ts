import { describe, expect, test } from 'vitest';

import { CATALOGUE } from '../src/i18n/generated';
import { duration, moment } from '../src/i18n/times';
import { counted, named, words } from '../src/i18n/words';

describe('words', () => {
  test('placeholders are filled once, unknown ones stay', () => {
    expect(words('ru', 'tray.online', { portal: '{portal}$&' })).toBe('На связи с {portal}$&');
    expect(words('en', 'tray.online')).toBe('Connected to {portal}');
  });

  test.each([
    [1, '1 запись', '1 record'],
    [2, '2 записи', '2 records'],
    [5, '5 записей', '5 records'],
    [11, '11 записей', '11 records'],
    [21, '21 запись', '21 records'],
    [112, '112 записей', '112 records'],
  ])('%i has its form', (count, ru, en) => {
    expect(counted('ru', 'ui.journal.count', count)).toBe(ru);
    expect(counted('en', 'ui.journal.count', count)).toBe(en);
  });

  test('a name without a text stays as it is', () => {
    expect(named('ru', 'ui.operation', 'open')).toBe('Открытие');
    expect(named('ru', 'ui.operation', 'valueOf')).toBe('valueOf');
  });

  test('every text is there in both languages', () => {
    for (const [key, text] of Object.entries(CATALOGUE)) {
      expect(text.ru, key).not.toBe('');
      expect(text.en, key).not.toMatch(/[а-яё]/i);
    }
  });
});

describe('times', () => {
  const at = new Date(2026, 10, 22, 9, 5).getTime();

  test('are as short as they can be', () => {
    expect(moment('ru', at, new Date(2026, 10, 22, 23).getTime())).toBe('09:05');
    expect(moment('ru', at, new Date(2026, 10, 23, 1).getTime())).toMatch(/^22 нояб\.,? 09:05$/);
    expect(moment('ru', at, new Date(2027, 0, 1).getTime())).toMatch(/2026/);
    expect(moment('en', at, new Date(2026, 10, 23, 1).getTime())).toMatch(/^22 Nov,? 09:05$/);
  });

  test.each([
    [0, '0 мс'],
    [34.4, '34 мс'],
    [999, '999 мс'],
    [1000, '1 с'],
    [2840, '2,8 с'],
  ])('%f ms last «%s»', (milliseconds, text) => {
    expect(duration('ru', milliseconds)).toBe(text);
  });
});
