// Chromium over its own pipe: no package is needed. Every request of its pages is answered here; none reaches a network.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Browser {
  #child;
  #folder = mkdtempSync(join(tmpdir(), "portal-app-"));
  #next = 1;
  #waiting = new Map();
  #listeners = [];

  constructor(program = process.env.CHROMIUM ?? "chromium") {
    const flags = ["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run"];
    flags.push("--disable-background-networking", "--disable-component-update", `--user-data-dir=${this.#folder}`);
    this.#child = spawn(program, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    let rest = "";
    this.#child.stdio[4].setEncoding("utf8").on("data", (text) => {
      const parts = (rest + text).split("\0");
      rest = parts.pop();
      for (const part of parts) this.#arrived(JSON.parse(part));
    });
  }

  #arrived(message) {
    const waiting = this.#waiting.get(message.id);
    if (waiting) {
      this.#waiting.delete(message.id);
      if (message.error) waiting.reject(new Error(message.error.message));
      else waiting.resolve(message.result);
      return;
    }
    for (const listener of this.#listeners) listener(message);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    this.#child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** A page; `answer(request)` gives `{status, type, body}` or null for a request that fails. */
  async page(answer) {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId);
    this.#listeners.push(async (message) => {
      if (message.sessionId !== sessionId) return;
      if (message.method === "Log.entryAdded") page.log.push(message.params.entry.text);
      if (message.method === "Runtime.exceptionThrown") {
        page.log.push(message.params.exceptionDetails.exception?.description ?? message.params.exceptionDetails.text);
      }
      if (message.method === "Page.frameRequestedNavigation") page.navigations.push(message.params.url);
      if (message.method === "Emulation.virtualTimeBudgetExpired") page.expired?.();
      if (message.method !== "Fetch.requestPaused") return;
      const { requestId, request } = message.params;
      page.requests.push(request.url);
      const found = await answer(request);
      const call = found
        ? {
            requestId,
            responseCode: found.status ?? 200,
            responseHeaders: [
              { name: "Content-Type", value: found.type ?? "application/json" },
              { name: "Access-Control-Allow-Origin", value: "*" },
            ],
            body: Buffer.from(found.body).toString("base64"),
          }
        : { requestId, errorReason: "AddressUnreachable" };
      await this.send(found ? "Fetch.fulfillRequest" : "Fetch.failRequest", call, sessionId).catch(() => {});
    });
    for (const domain of ["Page", "Runtime", "Log"]) await page.call(`${domain}.enable`);
    await page.call("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
    await page.call("Emulation.setFocusEmulationEnabled", { enabled: true });
    return page;
  }

  async close() {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    await this.send("Browser.close").catch(() => {});
    await gone;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Page {
  requests = [];
  navigations = [];
  log = [];

  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
  }

  call(method, params) {
    return this.browser.send(method, params, this.session);
  }

  async value(expression) {
    const { result, exceptionDetails } = await this.call("Runtime.evaluate", { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
    return result.value;
  }

  /** Waits until the expression is true. */
  async until(expression) {
    for (let i = 0; i < 200; i++) {
      if (await this.value(expression)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never: ${expression}\n${this.log.join("\n")}`);
  }

  /** Time goes on only as told. */
  async advance(budget) {
    const expired = new Promise((resolve) => {
      this.expired = resolve;
    });
    await this.call("Emulation.setVirtualTimePolicy", { policy: "advance", budget });
    await expired;
  }

  /** A click as a person makes it. */
  async click(selector) {
    const box = await this.value(`(() => { const box = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; })()`);
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.call("Input.dispatchMouseEvent", { type, ...box, button: "left", clickCount: 1 });
    }
  }
}
