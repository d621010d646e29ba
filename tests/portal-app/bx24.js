"use strict";
// The part of BX24.js that the application uses, written from its documentation; what stands in `window.name` is the place.
(function () {
  const place = JSON.parse(window.name || "{}");
  const options = place.appOptions || {};

  class Result {
    constructor(answer) {
      this.answer = answer;
    }
    data() {
      return this.answer.result;
    }
    error() {
      if (!this.answer.error) return false;
      const { error, error_description: description } = this.answer;
      return { status: 400, ex: this.answer, toString: () => `${error}: ${description}` };
    }
  }

  async function call(method, params) {
    // Without a type of content, which would need a question beforehand.
    const body = JSON.stringify(params || {});
    const response = await fetch(`https://${place.domain}/rest/${method}`, { method: "POST", body });
    return new Result(await response.json());
  }

  window.BX24 = {
    init: (ready) => (document.readyState === "loading" ? addEventListener("DOMContentLoaded", ready) : setTimeout(ready)),
    getDomain: () => place.domain,
    getLang: () => place.lang || "ru",
    isAdmin: () => place.admin === true,
    fitWindow: () => {},
    installFinish: () => (document.documentElement.dataset.installed = "yes"),
    placement: { info: () => ({ placement: place.placement || "DEFAULT", options: place.options || {} }) },
    appOption: { get: (name) => options[name], set: (name, value) => (options[name] = value) },
    callMethod: (method, params, done) => call(method, params).then(done),
    callBatch: async (calls, done) => {
      const results = {};
      for (const [name, [method, params]] of Object.entries(calls)) results[name] = await call(method, params);
      done(results);
    },
  };
})();
