/** The control API: the page's only way to the server. */

/**
 * @typedef {import("./types").Problem} Problem
 */

const [, prefix = ""] = location.pathname.match(/^(\/w\/[^/]+)/) ?? [];

/** The path of the world that this page looks into: empty, or `/w/<name>`. */
export const world = prefix;

const TOKEN = "parlor.token";

/** The address that a server beyond loopback prints brings its token; it need not stand in the address bar. */
function takeToken() {
  const [, given] = location.hash.match(/^#token=(.+)/) ?? [];
  if (given) {
    keepToken(decodeURIComponent(given));
    history.replaceState(null, "", location.pathname + location.search);
  }
  return localStorage.getItem(TOKEN);
}

/** @param {string} given */
export const keepToken = (given) => localStorage.setItem(TOKEN, given);

const token = takeToken();

/** Scripts can't set a WebSocket's headers, but its protocols: there the token stands, in digits that fit. */
function protocols() {
  if (!token) return ["parlor"];
  const digits = [...new TextEncoder().encode(token)].map((byte) => byte.toString(16).padStart(2, "0"));
  return ["parlor", `token.${digits.join("")}`];
}

/** What the server says no with. */
export class ApiError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
  }
}

/**
 * @param {string} method
 * @param {string} path behind `/control`
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function call(method, path, body) {
  /** @type {Record<string, string>} */
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  if (body !== undefined) headers["content-type"] = "application/json";
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(`${world}/control${path}`, { method, headers, body: sent }).catch(() => {
    throw new ApiError({ type: "about:blank", title: "", detail: "the server does not answer", code: "NO_SERVER", status: 0 });
  });
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : null;
  let problem = { detail: response.statusText, code: "UNREADABLE", status: response.status };
  try {
    problem = JSON.parse(text);
  } catch {
    // Not the API's own answer; the status line must do.
  }
  throw new ApiError(/** @type {Problem} */ (problem));
}

/** @param {string} path */
export const get = (path) => call("GET", path);
/** @param {string} path @param {unknown} [body] */
export const post = (path, body = {}) => call("POST", path, body);
/** @param {string} path @param {unknown} body */
export const patch = (path, body) => call("PATCH", path, body);
/** @param {string} path */
export const remove = (path) => call("DELETE", path);

/** Milliseconds until the first and the last try to connect again. */
const RETRY = { first: 250, longest: 4000 };

/**
 * Events as they happen, for as long as somebody wants them: connects again by itself.
 *
 * `open` is called after every connection, before the first event: whatever happened in between must be fetched then.
 *
 * @param {string} path behind `/control`
 * @param {{ open: () => void, event: (event: any) => void, lost: () => void }} listener
 * @returns {() => void} ends it
 */
export function feed(path, listener) {
  let delay = RETRY.first;
  let ended = false;
  /** @type {WebSocket | undefined} */
  let socket;
  /** @type {number | undefined} */
  let timer;

  function connect() {
    const url = new URL(`${world}/control${path}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    socket = new WebSocket(url, protocols());
    socket.onopen = () => {
      delay = RETRY.first;
      listener.open();
    };
    socket.onmessage = (message) => listener.event(JSON.parse(message.data));
    socket.onclose = () => {
      if (ended) return;
      listener.lost();
      timer = setTimeout(connect, delay);
      delay = Math.min(delay * 2, RETRY.longest);
    };
  }

  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
  };
}
