import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { keyringMissing } from '../src/host/scenes';
import { desk, open } from './stage';

const UT = 'Управление торговлей';
const BUH = 'Бухгалтерия предприятия';

const card = (name: string): ReturnType<typeof within> => within(screen.getByRole('article', { name }));
const summary = (name: string): HTMLElement => card(name).getByText(/^HTTP-сервисы базы/);
const user1c = (name: string): HTMLElement => card(name).getByLabelText('Пользователь 1С');
const form = (name: string): HTMLElement | null => card(name).queryByRole('form');
const password = (name: string): HTMLElement => card(name).getByLabelText('Пароль');
const save = (name: string): HTMLElement => card(name).getByRole('button', { name: 'Сохранить' });

describe('the services of a base', () => {
  test('are closed until they are wanted, and say what they are for', async () => {
    const { user } = await open(desk('bases'));
    expect(summary(UT)).toHaveTextContent('HTTP-сервисы базы: Обмен с Битрикс24');
    expect(summary(BUH)).toHaveTextContent('HTTP-сервисы базы: не используются');
    expect(form(BUH)).toBeNull();
    await user.click(summary(BUH));
    expect(user1c(BUH)).toBeVisible();
    expect(user1c(BUH)).toHaveAccessibleDescription(/уже заполненным.*хранилище секретов системы/);
    expect(card(BUH).queryByRole('button', { name: 'Забыть' })).toBeNull();
  });

  test('get a user, and the password leaves the page', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(summary(BUH));
    expect(save(BUH)).toBeDisabled();
    await user.type(user1c(BUH), ' Обмен ');
    await user.type(password(BUH), ' s3cr3t ');
    await user.click(save(BUH));
    expect(sent()).toEqual([{ do: 'setService', alias: 'buh', user: 'Обмен', password: ' s3cr3t ', memoryOnly: false }]);
    expect(summary(BUH)).toHaveTextContent('HTTP-сервисы базы: Обмен');
    expect(summary(BUH)).toHaveFocus();
    expect(form(BUH)).toBeNull();
    await user.click(summary(BUH));
    expect(user1c(BUH)).toHaveValue('Обмен');
    expect(password(BUH)).toHaveValue('');
  });

  test('do not lose a kept password to an empty field', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(summary(UT));
    expect(user1c(UT)).toHaveValue('Обмен с Битрикс24');
    expect(save(UT)).toBeDisabled();
    await user.type(password(UT), 'new');
    await user.click(save(UT));
    expect(sent()).toMatchObject([{ do: 'setService', alias: 'ut', user: 'Обмен с Битрикс24', password: 'new' }]);
  });

  test('forget their user', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(summary(UT));
    await user.type(password(UT), 'typed');
    await user.click(card(UT).getByRole('button', { name: 'Забыть' }));
    expect(sent()).toEqual([{ do: 'setService', alias: 'ut', user: null, password: '', memoryOnly: false }]);
    expect(summary(UT)).toHaveTextContent('не используются');
    await user.click(summary(UT));
    expect(user1c(UT)).toHaveValue('');
    expect(password(UT)).toHaveValue('');
  });

  test('offer memory only after the keyring was found missing', async () => {
    const { host, user, sent } = await open(desk('bases'));
    host.refusal = (command) => (command.do === 'setService' && !command.memoryOnly ? keyringMissing : null);
    await user.click(summary(BUH));
    await user.type(user1c(BUH), 'Обмен');
    await user.type(password(BUH), 'x');
    expect(card(BUH).queryByLabelText(/только в памяти/)).toBeNull();
    await user.click(save(BUH));
    expect(screen.getByRole('alert')).toHaveTextContent('keyring.missing');
    expect(password(BUH)).toHaveValue('x');
    await user.click(card(BUH).getByLabelText(/только в памяти/));
    await user.click(save(BUH));
    expect(sent().at(-1)).toEqual({ do: 'setService', alias: 'buh', user: 'Обмен', password: 'x', memoryOnly: true });
    expect(screen.getByRole('alert')).toBeEmptyDOMElement();
  });

  test('mark a user that cannot be one', async () => {
    const { host, user } = await open(desk('bases'));
    host.refusal = () => ({ code: 'service.refused', text: 'Сервис не принял пользователя.' });
    await user.click(summary(BUH));
    await user.type(user1c(BUH), 'a:b');
    await user.click(save(BUH));
    expect(user1c(BUH)).toBeInvalid();
    expect(user1c(BUH)).toBeVisible();
    await user.type(user1c(BUH), 'c');
    expect(user1c(BUH)).toBeValid();
  });
});
