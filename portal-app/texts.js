"use strict";
// Every text, in both languages, and the making of elements: text is always text, never markup.
(function (app) {
  const TEXTS = {
    ru: {
      title: "Документы 1С",
      none: "Документов 1С у этой карточки пока нет. Кнопка предложит найти или создать документ.",
      open: "Открыть в 1С",
      web: "Открыть в браузере",
      sent: "Команда отправлена программе Hotstart.",
      missing: "Hotstart не открылся. Скорее всего, он не установлен на этом компьютере или браузер ждёт разрешения.",
      get: "Установить Hotstart",
      ask: "За установкой обратитесь к администратору портала.",
      again: "Открыть ссылкой",
      partly: "Часть сведений портал не отдал:",
      unknown: "Это место портала не показывает карточку CRM.",
      settings: "Hotstart: настройки для всех сотрудников",
      channel: "Передавать щелчок командой по каналу приложения (нужны право «Push and Pull» и подключение приложением в Hotstart)",
      publication: "Адрес веб-публикации 1С, если программы нет на компьютере",
      download: "Откуда сотрудник может взять Hotstart",
      save: "Сохранить",
      saved: "Сохранено.",
      wrong: "Нужен адрес, начинающийся с https:// или http://.",
      admin: "Настройки меняет администратор портала. В карточках CRM есть вкладка и пункт меню «Открыть в 1С».",
      install: "Установка Hotstart в карточки CRM",
      bound: "Готово, добавлено мест:",
      already: "Уже было добавлено:",
      failed: "Не добавлено:",
      rights: "Установить приложение может администратор портала.",
    },
    en: {
      title: "1C documents",
      none: "This card has no 1C documents yet. The button offers to find or create one.",
      open: "Open in 1C",
      web: "Open in the browser",
      sent: "The command was sent to Hotstart.",
      missing: "Hotstart did not open. Most likely it is not installed on this computer, or the browser waits for a permission.",
      get: "Install Hotstart",
      ask: "Ask the administrator of the portal to install it.",
      again: "Open by the link",
      partly: "The portal did not give everything:",
      unknown: "This place of the portal shows no CRM card.",
      settings: "Hotstart: settings for all employees",
      channel: "Send clicks as commands over the channel of the application (needs the right “Push and Pull” and a connection by application in Hotstart)",
      publication: "Address of the 1C web publication, where the program is not on the computer",
      download: "Where employees get Hotstart",
      save: "Save",
      saved: "Saved.",
      wrong: "An address that begins with https:// or http:// is needed.",
      admin: "The administrator of the portal changes the settings. CRM cards have a tab and a menu item “Open in 1C”.",
      install: "Installing Hotstart into CRM cards",
      bound: "Done, places added:",
      already: "Were there already:",
      failed: "Not added:",
      rights: "The administrator of the portal can install the application.",
    },
  };

  app.language = function () {
    const given = String(BX24.getLang() || "");
    return ["ru", "ua", "kz", "by"].includes(given) ? "ru" : "en";
  };
  app.text = function (name) {
    return TEXTS[app.language()][name];
  };
  app.element = function (name, text, properties) {
    const element = document.createElement(name);
    if (text !== undefined && text !== null) element.textContent = text;
    return Object.assign(element, properties || {});
  };
  app.page = function (...children) {
    document.documentElement.lang = app.language();
    document.getElementById("page").replaceChildren(...children);
    BX24.fitWindow();
  };
})((globalThis.Hotstart = globalThis.Hotstart || {}));
