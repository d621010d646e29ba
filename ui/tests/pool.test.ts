import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import type { PoolSettings } from '../src/host/types';
import { timesOfDay } from '../src/i18n/times';
import { desk, open, type Stage } from './stage';

const NONE: PoolSettings = { windows: 4, companyCap: null, idleMinutes: null, onLock: false, at: [], memoryMb: null };

function general(pool: Partial<PoolSettings> = {}): Promise<Stage> {
  const view = desk('general');
  return open({ ...view, settings: { ...view.settings, pool: { ...NONE, ...pool } } });
}

test('every limit is switched on with a usual value, alone', async () => {
  const { user, sent } = await general();
  await user.click(screen.getByLabelText('Завершать сеанс, если окном не пользуются'));
  await user.click(screen.getByLabelText('Завершать сеансы при блокировке экрана'));
  await user.click(screen.getByLabelText('Ограничить память загруженных окон'));
  const idle = { ...NONE, idleMinutes: 30 };
  expect(sent()).toEqual([
    { do: 'setPool', pool: idle },
    { do: 'setPool', pool: { ...idle, onLock: true } },
    { do: 'setPool', pool: { ...idle, onLock: true, memoryMb: 2048 } },
  ]);
  await user.click(screen.getByLabelText('Завершать сеанс, если окном не пользуются'));
  expect(sent().at(-1)).toMatchObject({ pool: { idleMinutes: null, memoryMb: 2048 } });
  expect(screen.queryByLabelText('Через сколько минут')).toBeNull();
});

test.each([
  ['Сколько баз держать загруженными', '7', { windows: 7 }],
  ['Сколько баз держать загруженными', '0', { windows: 1 }],
  ['Сколько баз держать загруженными', '', { windows: 1 }],
  ['Сколько баз держать загруженными', '5000000000', { windows: 50 }],
  ['Через сколько минут', '12.6', { idleMinutes: 13 }],
  ['Мегабайт на все окна', '1', { memoryMb: 256 }],
])('«%s» takes «%s» within its bounds', async (label, typed, changed) => {
  const { sent } = await general({ idleMinutes: 30, memoryMb: 1024 });
  await fireEvent.change(screen.getByLabelText(label), { target: { value: typed } });
  expect(sent()).toMatchObject([{ do: 'setPool', pool: changed }]);
  expect(screen.getByLabelText(label)).toHaveValue(Object.values(changed)[0]);
});

test('times of the day are taken together or not at all', async () => {
  const { user, sent } = await general({ at: ['02:30'] });
  const field = screen.getByLabelText('Завершать сеансы в это время суток');
  expect(field).toHaveValue('02:30');
  await user.clear(field);
  await user.type(field, '13:00, 25:00');
  await user.tab();
  expect(field).toBeInvalid();
  expect(sent()).toEqual([]);
  await user.clear(field);
  await user.type(field, '13:00, 2:30');
  await user.tab();
  expect(sent()).toEqual([{ do: 'setPool', pool: { ...NONE, at: ['02:30', '13:00'] } }]);
  expect(field).toBeValid();
  expect(field).toHaveValue('02:30, 13:00');
});

test('the cap of the company is told where there is one', async () => {
  await general({ companyCap: 2 });
  expect(screen.getByText(/Ваша компания разрешает не больше 2\./)).toBeVisible();
});

test('a refused change leaves the pool as the program has it', async () => {
  const { host, user } = await general();
  host.refusal = () => ({ code: 'store.failed', text: 'Не удалось записать.' });
  await user.click(screen.getByLabelText('Завершать сеансы при блокировке экрана'));
  expect(screen.getByLabelText('Завершать сеансы при блокировке экрана')).not.toBeChecked();
});

test.each([
  ['', []],
  [' 2:05 ', ['02:05']],
  ['23:59;00:00 2:05, 02:05', ['00:00', '02:05', '23:59']],
  ['24:00', null],
  ['2:5', null],
  ['02:30:00', null],
  ['полночь', null],
])('the times of «%s» are %o', (text, times) => {
  expect(timesOfDay(text)).toEqual(times);
});
