//! Detects whether the program has called Parlor, and warns if it has not.

use super::events::Events;
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The interval of checks for the hooks' mark file.
const MARK_INTERVAL: Duration = Duration::from_millis(100);

/// The two signs of a call: a file that the start-up hooks create, and requests in the server's inspector, for programs
/// without hooks.
pub(super) struct Calls {
    mark: PathBuf,
    exchanges: Option<Events>,
    /// Bots whose programs were running before.
    others: BTreeSet<i64>,
}

impl Calls {
    /// Begins to watch. Call it before the program starts, so that no call is missed.
    pub(super) async fn watch(root: &str, token: Option<&str>, mark: &Path) -> Self {
        let others = running(root, token).await.unwrap_or_default();
        let exchanges = Events::open(&format!("{root}/control/inspector/events"), token).await.ok();
        Self { mark: mark.to_owned(), exchanges, others }
    }

    /// Waits for the first call of the program.
    pub(super) async fn first(mut self) {
        tokio::select! {
            () = mark_file_exists(&self.mark) => {}
            () = request_recorded(self.exchanges.take(), &self.others) => {}
        }
    }
}

async fn mark_file_exists(mark: &Path) {
    while !mark.exists() {
        tokio::time::sleep(MARK_INTERVAL).await;
    }
}

/// Waits for a request of a bot that was not running before.
async fn request_recorded(exchanges: Option<Events>, others: &BTreeSet<i64>) {
    let Some(mut exchanges) = exchanges else { return pending().await };
    while let Some(exchange) = exchanges.next().await {
        if exchange["bot_id"].as_i64().is_some_and(|bot| !others.contains(&bot)) {
            return;
        }
    }
    pending().await
}

/// Returns the bots whose programs are running, such as the demo bot.
async fn running(root: &str, token: Option<&str>) -> Option<BTreeSet<i64>> {
    let mut request = crate::probe::client().ok()?.get(format!("{root}/control/bots"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let bots: Value = request.timeout(crate::probe::PROBE_TIMEOUT).send().await.ok()?.json().await.ok()?;
    let running = bots.as_array()?.iter().filter(|bot| bot["is_running"] == true);
    Some(running.filter_map(|bot| bot["id"].as_i64()).collect())
}

/// Calls `warn` if the first call does not come in time, and `late` when it comes after that.
pub(super) async fn warn_if_late(
    first: impl Future<Output = ()>,
    limit: Duration,
    warn: impl FnOnce(),
    late: impl FnOnce(),
) {
    let mut first = std::pin::pin!(first);
    if tokio::time::timeout(limit, first.as_mut()).await.is_err() {
        warn();
        first.await;
        late();
    }
}

/// The runtime of a program, guessed from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Python,
    JavaScript,
    Other,
}

impl Kind {
    fn of(program: &OsStr) -> Self {
        let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let is_one_of =
            |names: &[&str]| names.iter().any(|known| name.strip_prefix(known).is_some_and(is_version));
        if is_one_of(&["python", "pypy", "uv", "uvx", "poetry", "pipenv", "pytest", "ipython"]) {
            Self::Python
        } else if is_one_of(&[
            "node", "nodejs", "bun", "bunx", "deno", "npm", "npx", "pnpm", "yarn", "tsx", "ts-node",
        ]) {
            Self::JavaScript
        } else {
            Self::Other
        }
    }
}

/// Returns whether a suffix is a version, as in `python3.12`.
fn is_version(rest: &str) -> bool {
    rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Returns the warning, with the possible reasons and what to do.
pub(super) fn warning(program: &OsStr, limit: Duration, root: &str, mtproto: &str) -> String {
    let base = match Kind::of(program) {
        Kind::Python => format!(
            "`parlor run` redirects Python programs (not python -I, -E or -S) if they use aiohttp, httpx, requests, urllib3, \
             urllib.request and or http.client. With another library, or in a container, give it the root of the Bot API: \
             {root} instead of https://api.telegram.org (aiogram: TelegramAPIServer.from_base(\"{root}\"); \
             python-telegram-bot: base_url(\"{root}/bot\"))."
        ),
        Kind::JavaScript => format!(
            "`parlor run` redirects Node, Bun and Deno programs by NODE_OPTIONS and BUN_OPTIONS if they use fetch, https \
             or undici; Deno needs --allow-net and version 2.7. With another library, or in a container, give it the root \
             of the Bot API: {root} instead of https://api.telegram.org (grammY: client: {{ apiRoot: \"{root}\" }}; \
             Telegraf: telegram: {{ apiRoot: \"{root}\" }})."
        ),
        Kind::Other => format!(
            "`parlor run` redirects Python, Node, Bun and Deno programs, and those of teloxide with Bot::from_env(). Give \
             the library of any other program the root of the Bot API: {root} instead of https://api.telegram.org; the \
             program finds it in the environment variable PARLOR_URL."
        ),
    };
    format!(
        "WARNING: the program has not called Parlor in {} seconds: IT MAY BE TALKING TO THE REAL TELEGRAM.\n  \
         {base}\n  \
         Over MTProto, `parlor run` redirects Telethon, Pyrogram and libraries that are built on them. Any other library \
         connects to Telegram's own data centres: give it {mtproto} as data centre 2, with the key of {root}/control/mtproto.pem.",
        limit.as_secs_f64()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn a_late_first_call_causes_a_warning() {
        let limit = Duration::from_secs(10);
        for (seconds, expected) in [(9, &[][..]), (11, &["warned", "late"])] {
            let calls = RefCell::new(Vec::new());
            let record = |call| calls.borrow_mut().push(call);
            let first = sleep(Duration::from_secs(seconds));
            warn_if_late(first, limit, || record("warned"), || record("late")).await;
            assert_eq!(calls.into_inner(), expected, "{seconds} s");
        }
    }

    #[test]
    fn the_runtime_is_guessed_from_the_name() {
        for (name, kind) in [
            ("python", Kind::Python),
            ("/usr/bin/python3.12", Kind::Python),
            ("uv", Kind::Python),
            ("node", Kind::JavaScript),
            ("./node_modules/.bin/tsx", Kind::JavaScript),
            ("deno", Kind::JavaScript),
            ("nodemon-like", Kind::Other),
            ("cargo", Kind::Other),
            ("./bot", Kind::Other),
            ("", Kind::Other),
        ] {
            assert_eq!(Kind::of(name.as_ref()), kind, "{name}");
        }
    }

    #[test]
    fn a_warning_says_what_to_do() {
        for program in ["python", "node", "./bot"] {
            let text = warning(program.as_ref(), Duration::from_secs(10), "http://h:1", "h:2");
            let first = text.lines().next().unwrap();
            assert!(first.starts_with("WARNING") && first.contains("10 seconds"), "{text}");
            assert!(text.contains("http://h:1 instead of https://api.telegram.org"), "{text}");
            assert!(text.contains("h:2 as data centre 2"), "{text}");
            assert!(text.contains("teloxide") == (program == "./bot"), "{text}");
        }
    }
}
