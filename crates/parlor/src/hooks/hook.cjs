// Redirects the requests of a Node, Bun or Deno program to api.telegram.org to Parlor, and nothing else. `parlor run`
// appends a call of `install`, and NODE_OPTIONS (Node and Deno) or BUN_OPTIONS load the file before the program.
'use strict';

const TELEGRAM = 'api.telegram.org';

/** @param {{ url: string, called: string }} settings The server's root, and the file to create at the first call. */
function install({ url, called }) {
  const parlor = new URL(url);
  const prefix = parlor.pathname.replace(/\/$/, '');
  const isDeno = 'Deno' in globalThis;

  /** Tells `parlor run`, once, that the program calls Parlor. Not on Deno, which would ask the user for permission to write. */
  let markCalled = () => {
    markCalled = () => {};
    try {
      if (!isDeno) require('node:fs').writeFileSync(called, '');
    } catch {
      // `parlor run` also watches the server's inspector.
    }
  };

  /** Returns the URL at Parlor for a URL at Telegram, and undefined for any other. */
  const redirected = (target) => {
    if (target.hostname !== TELEGRAM) return undefined;
    markCalled();
    return parlor.origin + prefix + target.pathname + target.search;
  };

  /** Removes the Host header, which would name Telegram. */
  const withoutHost = (headers) => {
    const isHost = (name) => String(name).toLowerCase() === 'host';
    if (!headers || typeof headers !== 'object' || headers instanceof Map) return headers;
    if (Array.isArray(headers)) {
      // Either pairs, or alternating names and values.
      if (Array.isArray(headers[0])) return headers.filter(([name]) => !isHost(name));
      return headers.filter((_, at) => !isHost(headers[at - (at % 2)]));
    }
    if (typeof headers[Symbol.iterator] === 'function') return headers;
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !isHost(name)));
  };

  const http = require('node:http');
  const https = require('node:https');

  /** Merges the arguments of a request into one object. */
  const merged = (input, options) => {
    if (typeof input !== 'string' && !(input instanceof URL)) return { ...input };
    const url = new URL(input);
    const fromUrl = {
      protocol: url.protocol,
      hostname: url.hostname,
      port: url.port,
      path: url.pathname + url.search,
    };
    return { ...fromUrl, ...options };
  };

  const wrap = (original, plain) => function (...args) {
    const callback = typeof args[args.length - 1] === 'function' ? args.pop() : undefined;
    const options = merged(args[0], args[1]);
    const host = options.hostname || String(options.host || '').split(':')[0];
    if (host !== TELEGRAM) {
      return callback ? original.call(this, ...args, callback) : original.call(this, ...args);
    }
    markCalled();
    // Options for TLS and proxies do not apply to a plain server.
    const { agent, createConnection, servername, host: _, href, headers, ...rest } = options;
    return plain.call(http, {
      ...rest,
      protocol: 'http:',
      hostname: parlor.hostname.replace(/^\[|\]$/g, ''),
      port: parlor.port || 80,
      path: prefix + (options.path ?? '/'),
      headers: withoutHost(headers),
    }, callback);
  };

  const { request, get } = http;
  https.request = wrap(https.request, request);
  https.get = wrap(https.get, get);
  const nodeModule = require('node:module');
  nodeModule.syncBuiltinESMExports?.();

  // The package undici has its own fetch and clients, which are independent of Node's.
  let direct;

  const wrapFetch = (fetch, dispatcher) => function (input, init, ...rest) {
    const isRequest = typeof input === 'object' && input !== null && 'url' in input;
    let address;
    try {
      address = redirected(new URL(isRequest ? input.url : String(input)));
    } catch {
      // The original function reports the invalid URL.
    }
    if (address === undefined) return fetch.call(this, input, init, ...rest);
    const target = isRequest ? new input.constructor(address, input) : address;
    // The proxy options of undici, Deno and Bun.
    const { dispatcher: _, client, proxy, ...kept } = init ?? {};
    const own = dispatcher();
    return fetch.call(this, target, own ? { ...kept, dispatcher: own } : kept, ...rest);
  };

  const patchUndici = (undici) => {
    if (!undici.Agent) return;
    let agent;
    // The program's own agent may lead to a proxy.
    const own = () => (agent ??= new undici.Agent());
    const toUrl = (input, path) => {
      const isText = typeof input === 'string' || input instanceof URL;
      const url = isText ? new URL(input) : new URL(
        input.path ?? (input.pathname ?? '/') + (input.search ?? ''),
        input.origin ?? `${input.protocol ?? 'https:'}//${input.hostname ?? input.host}:${input.port ?? ''}`,
      );
      return typeof path === 'string' ? new URL(path, url) : url;
    };
    const wrapCall = (call) => function (input, options, ...rest) {
      const given = typeof options === 'object' && options !== null ? options : {};
      let address;
      try {
        address = redirected(toUrl(input, given.path));
      } catch {
        // The original function reports the invalid URL.
      }
      if (address === undefined) return call.call(this, input, options, ...rest);
      const { path, ...kept } = given;
      const changed = { ...kept, headers: withoutHost(kept.headers), dispatcher: own() };
      return given === options
        ? call.call(this, address, changed, ...rest)
        : call.call(this, address, changed, ...(typeof options === 'function' ? [options] : []), ...rest);
    };
    const wrapClient = (Client) => class extends Client {
      #isRedirected;

      constructor(origin, ...rest) {
        const isText = typeof origin === 'string' || origin instanceof URL;
        const isRedirected = isText && new URL(origin).hostname === TELEGRAM;
        super(isRedirected ? parlor.origin : origin, ...(isRedirected ? [] : rest));
        this.#isRedirected = isRedirected;
      }

      dispatch(options, handler) {
        if (!this.#isRedirected) return super.dispatch(options, handler);
        markCalled();
        const headers = withoutHost(options.headers);
        return super.dispatch({ ...options, origin: parlor.origin, path: prefix + options.path, headers }, handler);
      }
    };
    for (const name of ['request', 'stream', 'pipeline']) {
      if (undici[name]) undici[name] = wrapCall(undici[name]);
    }
    for (const name of ['Client', 'Pool', 'BalancedPool']) {
      if (undici[name]) undici[name] = wrapClient(undici[name]);
    }
    const { fetch, setGlobalDispatcher } = undici;
    if (fetch) undici.fetch = wrapFetch(fetch, own);
    if (setGlobalDispatcher) {
      undici.setGlobalDispatcher = (dispatcher) => {
        // It also becomes the dispatcher of Node's own fetch.
        direct = own;
        return setGlobalDispatcher(dispatcher);
      };
    }
  };

  if (globalThis.fetch) globalThis.fetch = wrapFetch(globalThis.fetch, () => direct?.());
  if (globalThis.Bun) {
    // Bun replaces these packages by its own implementations.
    patchUndici(require('undici'));
    const nodeFetch = require('node-fetch');
    const own = Object.assign(wrapFetch(nodeFetch, () => undefined), nodeFetch);
    // For `import` and for `require`.
    for (const module of [nodeFetch, own]) module.default = module.fetch = own;
    const { require: load } = nodeModule.prototype;
    nodeModule.prototype.require = function (name) {
      return name === 'node-fetch' ? own : load.call(this, name);
    };
  }
  const loaders = nodeModule._extensions;
  const load = loaders?.['.js'];
  if (load) {
    loaders['.js'] = function (module, filename) {
      load.call(this, module, filename);
      if (/[\\/]undici[\\/]index\.js$/.test(filename)) patchUndici(module.exports);
    };
  }
}
