/** The client of the control API, the only API that the page uses. */

/**
 * @typedef {import("./types").Problem} Problem
 */

const [, prefix = ""] = location.pathname.match(/^(\/w\/[^/]+)/) ?? [];

/** The path of the page's world: empty, or `/w/<name>`. */
export const world = prefix;

const TOKEN = "parlor.token";

/** Reads the token from the address that the server has printed, and removes it from the address bar. */
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

/** Scripts cannot set the headers of a WebSocket, so the token is sent as a protocol, in hexadecimal digits. */
function protocols() {
  if (!token) return ["parlor"];
  const digits = [...new TextEncoder().encode(token)].map((byte) => byte.toString(16).padStart(2, "0"));
  return ["parlor", `token.${digits.join("")}`];
}

/** A refusal of the server. */
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
 * @param {string} path after `/control`
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
    // Not a response of the API itself: only the status line is known.
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

/** Milliseconds before the first attempt to reconnect, and at most between later ones. */
const RETRY = { first: 250, longest: 4000 };

/**
 * Subscribes to events, and reconnects when the connection is lost.
 *
 * `open` is called after every connection, before the first event: missed changes must be fetched then.
 *
 * @param {string} path after `/control`
 * @param {{ open: () => void, event: (event: any) => void, lost: () => void }} listener
 * @returns {() => void} unsubscribes
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
