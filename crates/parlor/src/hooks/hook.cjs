// Points a Node program at Parlor: requests to api.telegram.org go there instead, nothing else is touched.
// Node loads this file first because `parlor run` puts it into NODE_OPTIONS.
'use strict';

const parlor = process.env.PARLOR_URL && new URL(process.env.PARLOR_URL);
const TELEGRAM = 'api.telegram.org';

if (parlor) {
  const http = require('node:http');
  const https = require('node:https');
  const prefix = parlor.pathname.replace(/\/$/, '');

  /** The options of a request as one object, whatever form the call had. */
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
    // An agent for TLS can't speak to a plain server, and a Host header would name Telegram.
    const { agent, servername, host: _, href, headers, ...rest } = options;
    const kept = headers && !Array.isArray(headers)
      ? Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'host'))
      : headers;
    return plain.call(http, {
      ...rest,
      protocol: 'http:',
      hostname: parlor.hostname,
      port: parlor.port || 80,
      path: prefix + options.path,
      headers: kept,
    }, callback);
  };

  const { request, get } = http;
  https.request = wrap(https.request, request);
  https.get = wrap(https.get, get);
  require('node:module').syncBuiltinESMExports();

  const { fetch, Request } = globalThis;
  if (fetch) {
    globalThis.fetch = function (input, init) {
      const url = new URL(input instanceof Request ? input.url : String(input));
      if (url.hostname !== TELEGRAM) return fetch.call(this, input, init);
      const target = parlor.origin + prefix + url.pathname + url.search;
      return fetch.call(this, input instanceof Request ? new Request(target, input) : target, init);
    };
  }
}
