import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { suggestedAlias } from '../src/addresses';
import { firstStart } from '../src/host/scenes';
import { desk, open } from './stage';

const card = (name: string): ReturnType<typeof within> => within(screen.getByRole('article', { name }));

describe('a new base', () => {
  test('is named after its address and saved as chosen', async () => {
    const { user, sent } = await open({ ...firstStart(), page: 'bases' });
    await user.type(screen.getByLabelText('Адрес публикации'), 'https://1c.romashka.ru/UT_Demo/ru_RU/');
    expect(screen.getByLabelText('Имя в ссылках')).toHaveValue('ut_demo');

    await user.clear(screen.getByLabelText('Название'));
    await user.type(screen.getByLabelText('Название'), 'Торговля');
    await user.click(screen.getByRole('checkbox', { name: /Отдельное окно/ }));
    await user.click(screen.getByRole('button', { name: 'Поднять выше: Отдельное окно' }));
    await user.click(screen.getByRole('button', { name: 'Опустить ниже: Готовое окно' }));
    await user.click(screen.getByLabelText('Рабочее место, без панели разделов'));
    await user.click(screen.getByRole('checkbox', { name: /Браузер по умолчанию/ }));
    await user.click(screen.getByRole('button', { name: 'Сохранить' }));

    expect(sent()).toEqual([
      {
        do: 'saveBase',
        previous: null,
        alias: 'ut_demo',
        name: 'Торговля',
        publication: 'https://1c.romashka.ru/UT_Demo/ru_RU/',
        intranet: false,
        methods: ['cold', 'hot'],
        windowMode: 'workplace',
      },
    ]);
    expect(screen.getByRole('article', { name: 'Торговля' })).toBeVisible();
  });

  test('keeps the alias that was typed', async () => {
    const { user } = await open({ ...firstStart(), page: 'bases' });
    await user.type(screen.getByLabelText('Имя в ссылках'), 'мой');
    await user.type(screen.getByLabelText('Адрес публикации'), 'https://server/ut');
    expect(screen.getByLabelText('Имя в ссылках')).toHaveValue('мой');
    expect(screen.getByLabelText('Название')).toHaveValue('ut');
  });

  test('needs at least one way to open', async () => {
    const { user } = await open({ ...firstStart(), page: 'bases' });
    await user.type(screen.getByLabelText('Адрес публикации'), 'https://server/ut');
    const save = screen.getByRole('button', { name: 'Сохранить' });
    expect(save).toBeEnabled();
    await user.click(screen.getByRole('checkbox', { name: /Готовое окно/ }));
    await user.click(screen.getByRole('checkbox', { name: /Браузер по умолчанию/ }));
    expect(save).toBeDisabled();
  });

  test('stays in the form when it was refused', async () => {
    const { host, user, sent } = await open({ ...firstStart(), page: 'bases' });
    host.refusal = () => ({ code: 'alias.invalid', text: 'Имя «ut» занято.' });
    await user.type(screen.getByLabelText('Адрес публикации'), 'http://srv-1c/ut');
    await user.click(screen.getByLabelText(/внутренней сети/));
    await user.click(screen.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toMatchObject([{ do: 'saveBase', intranet: true }]);
    expect(screen.getByRole('alert')).toHaveTextContent('alias.invalid');
    expect(screen.getByLabelText('Имя в ссылках')).toBeInvalid();
    expect(screen.getByLabelText('Адрес публикации')).toHaveValue('http://srv-1c/ut');
  });
});

describe('a known base', () => {
  test('is shown and released', async () => {
    const { user, sent } = await open(desk('bases'));
    expect(card('Управление торговлей').getByText('Окно загружено')).toBeVisible();
    await user.click(card('Управление торговлей').getByRole('button', { name: 'Показать' }));
    await user.click(card('Управление торговлей').getByRole('button', { name: 'Завершить сеанс 1С' }));
    expect(card('Управление торговлей').queryByText('Окно загружено')).toBeNull();
    await user.click(card('Бухгалтерия предприятия').getByRole('button', { name: 'Открыть' }));
    expect(sent()).toEqual([
      { do: 'showBase', alias: 'ut' },
      { do: 'releaseBase', alias: 'ut' },
      { do: 'showBase', alias: 'buh' },
    ]);
  });

  test('without a publication has no window to show', async () => {
    await open(desk('bases'));
    expect(card('Архив 2019').getByText('Без веб-публикации')).toBeVisible();
    expect(card('Архив 2019').queryByRole('button', { name: 'Открыть' })).toBeNull();
  });

  test('is changed under its former alias', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(screen.getByRole('button', { name: 'Изменить: Бухгалтерия предприятия' }));
    const alias = screen.getByLabelText('Имя в ссылках');
    expect(alias).toHaveValue('buh');
    await user.clear(alias);
    await user.type(alias, 'acc');
    await user.click(screen.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toEqual([
      {
        do: 'saveBase',
        previous: 'buh',
        alias: 'acc',
        name: 'Бухгалтерия предприятия',
        publication: 'http://srv-1c/buh',
        intranet: true,
        methods: ['cold', 'browser'],
        windowMode: 'workplace',
      },
    ]);
  });

  test('is removed after a second answer', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(screen.getByRole('button', { name: 'Удалить: Архив 2019' }));
    await user.click(screen.getByRole('button', { name: 'Удалить базу' }));
    expect(sent()).toEqual([{ do: 'removeBase', alias: 'archive' }]);
  });
});

test('a recent object opens again', async () => {
  const { user, sent } = await open(desk('bases'));
  await user.click(screen.getByRole('button', { name: 'Партнёры' }));
  expect(sent()).toEqual([{ do: 'openLink', text: 'hotstart://onec/ut/e1cib/list/Справочник.Партнеры' }]);
});

test.each([
  ['https://server/ut', 'ut'],
  ['https://server/ut/', 'ut'],
  ['https://server/ut/ru_RU/', 'ut'],
  ['https://server/ru', 'ru'],
  ['https://server/group/УТ%20Демо', 'ут-демо'],
  ['https://server/%E0', 'e0'],
  ['https://server.example.ru/', 'server'],
  ['ftp://server/ut', ''],
  ['https://', ''],
  ['ut', ''],
])('the address %s suggests the alias «%s»', (address, alias) => {
  expect(suggestedAlias(address)).toBe(alias);
});
