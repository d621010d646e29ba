// The application for CRM cards in Chromium, over the office's CRM: `run.mjs <file with the ready line of the office>`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { Browser } from "./browser.mjs";

const office = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ORIGIN = "https://static.example.test/app/";
const DOMAIN = "portal.example.test";
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" };

const control = async (path, body) => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(office.control + path, { method: "POST", body: JSON.stringify(body), headers });
  const text = await answer.text();
  assert.ok(answer.ok, `${path}: ${text}`);
  return JSON.parse(text);
};
const token = (await control("/application", { client_id: "local.hotstart", user: 1 })).access_token;
const asked = [];
const bound = new Set();

async function rest(method, params) {
  asked.push([method, params]);
  if (method === "placement.bind") {
    // Of the documentation: the same handler cannot stand twice in a place.
    const key = `${params.PLACEMENT} ${params.HANDLER}`;
    if (bound.has(key)) return { error: "ERROR_CORE", error_description: "Unable to set placement handler: Handler already binded" };
    bound.add(key);
    return { result: true };
  }
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ ...params, auth: token });
  return (await fetch(`${office.portal}/rest/${method}`, { method: "POST", body, headers })).json();
}

async function answer(request) {
  const url = new URL(request.url);
  if (request.url.startsWith(ORIGIN)) {
    const name = basename(url.pathname);
    const type = TYPES[name.split(".").pop()];
    return type && { type, body: readFileSync(new URL(`../../portal-app/${name}`, import.meta.url)) };
  }
  if (url.host === "api.bitrix24.com") return { type: TYPES.js, body: readFileSync(new URL("bx24.js", import.meta.url)) };
  if (url.host === DOMAIN && url.pathname.startsWith("/rest/")) {
    return { body: JSON.stringify(await rest(url.pathname.slice(6), JSON.parse(request.postData ?? "{}"))) };
  }
  return null;
}

const browser = new Browser();
const opened = async (file, place) => {
  const page = await browser.page(answer);
  const name = JSON.stringify(JSON.stringify({ domain: DOMAIN, ...place }));
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source: `window.name = ${name};` });
  await page.call("Page.navigate", { url: ORIGIN + file });
  await page.until("document.readyState === 'complete' && document.getElementById('page').childElementCount > 0");
  return page;
};
const card = (type, id, more = {}) =>
  opened("index.html", { placement: `CRM_${type}_DETAIL_TAB`, options: { ID: String(id) }, ...more });
const text = (page, selector) => page.value(`document.querySelector('${selector}')?.textContent ?? null`);
const hidden = (page) => page.value("document.querySelector('.help').hidden");
const still = (page) => {
  const others = page.requests.filter((url) => !/^(https:\/\/(static\.example\.test|api\.bitrix24\.com|portal\.example\.test)\/|data:|hotstart:)/.test(url));
  assert.deepEqual(others, [], "requests to others");
  assert.deepEqual(page.log.filter((line) => /Content Security Policy|Error/.test(line)), []);
};

const scenes = {
  async "a card shows the objects of its entity, of fields and of activities"() {
    const deal = await card("DEAL", 123);
    assert.equal(await deal.value("document.getElementById('open').getAttribute('href')"), `hotstart://crm/${DOMAIN}/deal/123`);
    assert.match(await text(deal, "li .kind"), /^Документ\./);
    still(deal);
    const contact = await card("CONTACT", 31);
    assert.equal(await contact.value("document.querySelectorAll('li').length"), 2);
    assert.match(await text(contact, "ul"), /Заказ клиента 0000-000127Документ\.ЗаказКлиента/);
    still(contact);
  },
  async "after 1.5 seconds with the focus kept the page says where to get the program, not before"() {
    const page = await card("CONTACT", 31, { appOptions: { download: "https://files.example.test/hotstart.msi" } });
    await page.call("Emulation.setVirtualTimePolicy", { policy: "pause" });
    await page.click("#open");
    await page.advance(1400);
    assert.equal(await hidden(page), true, "too early");
    await page.advance(200);
    assert.equal(await hidden(page), false, "too late");
    const links = await page.value("[...document.querySelectorAll('.help a')].map((link) => link.href)");
    assert.equal(links[0], "https://files.example.test/hotstart.msi");
    assert.match(links[1], /\/ut\/ru_RU\/#e1cib\/data\//, "the publication's own address");
    still(page);
  },
  async "a page that has lost the focus says nothing"() {
    for (const event of ["window.dispatchEvent(new Event('blur'))", "window.dispatchEvent(new Event('pagehide'))"]) {
      const page = await card("DEAL", 123);
      await page.call("Emulation.setVirtualTimePolicy", { policy: "pause" });
      await page.click("#open");
      await page.value(event);
      await page.advance(3000);
      assert.equal(await hidden(page), true, event);
      still(page);
    }
  },
  async "with the command channel a click goes to this very user and no link is followed"() {
    asked.length = 0;
    const page = await card("DYNAMIC_128", 5, { appOptions: { channel: "Y" } });
    await page.click("#open");
    await page.until("!document.querySelector('.help').hidden");
    const [, params] = asked.find(([method]) => method === "pull.application.event.add");
    assert.deepEqual(params, {
      COMMAND: "hotstart.open",
      PARAMS: { type: "128", id: 5 },
      MODULE_ID: "application",
      USER_ID: "1",
    });
    assert.equal(await text(page, ".help p"), "Команда отправлена программе Hotstart.");
    assert.deepEqual(page.navigations.filter((url) => url.startsWith("hotstart:")), []);
    still(page);
  },
  async "texts of the portal are text"() {
    const title = "<img src=x onerror=alert(1)>";
    const link = "e1cib/data/Документ.<b>x</b>?ref=80d2a8f3f0b2c7c411eb95f7d4a6e101";
    await control("/portal/change", { type: 2, id: 124, fields: { TITLE: title, UF_CRM_EXTERNAL_URL: link } });
    const page = await card("DEAL", 124);
    assert.equal(await page.value("document.querySelectorAll('main img, main b').length"), 0);
    still(page);
  },
  async "strange places and ids make no link"() {
    for (const options of [{ ID: "1/../../x" }, { ID: "0" }, {}]) {
      const page = await opened("index.html", { placement: "CRM_DEAL_DETAIL_TAB", options });
      assert.equal(await page.value("document.getElementById('open')"), null);
      assert.equal(await text(page, "main"), "Это место портала не показывает карточку CRM.");
    }
  },
  async "an administrator's choices are kept, others cannot make any"() {
    const page = await opened("index.html", { admin: true, lang: "en" });
    await page.value("document.getElementById('publication').value = 'javascript:alert(1)'");
    await page.click("#save");
    assert.equal(await text(page, "[role=status]"), "An address that begins with https:// or http:// is needed.");
    await page.value("document.getElementById('publication').value = 'https://1c.example.test/ut'");
    await page.click("#channel");
    await page.click("#save");
    assert.equal(await text(page, "[role=status]"), "Saved.");
    assert.equal(await page.value("BX24.appOption.get('channel') + BX24.appOption.get('publication')"), "Yhttps://1c.example.test/ut");
    const other = await opened("index.html", {});
    assert.equal(await other.value("document.getElementById('save')"), null);
  },
  async "installing puts it into every card, once"() {
    const first = await opened("install.html", { admin: true });
    assert.equal(await text(first, "#bound"), "Готово, добавлено мест: 14");
    assert.ok(bound.has(`CRM_DYNAMIC_128_DETAIL_TOOLBAR ${ORIGIN}index.html`));
    assert.ok(bound.has(`CRM_SMART_INVOICE_DETAIL_TAB ${ORIGIN}index.html`));
    assert.equal(await first.value("document.documentElement.dataset.installed"), "yes");
    const again = await opened("install.html", { admin: true });
    assert.equal(await text(again, "#bound"), "Готово, добавлено мест: 0");
    assert.match(await text(again, "main"), /Уже было добавлено: 14/);
    const guest = await opened("install.html", {});
    assert.equal(await text(guest, "main"), "Установить приложение может администратор портала.");
  },
};

let failed = 0;
try {
  for (const [name, scene] of Object.entries(scenes)) {
    try {
      await scene();
      console.log(`ok   ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n${error.stack}`);
    }
  }
} finally {
  await browser.close();
}
process.exitCode = failed > 0 ? 1 : 0;
