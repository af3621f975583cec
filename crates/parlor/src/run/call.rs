//! Whether the program has called Parlor, and what is said when it has not.

use super::events::Events;
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the file is looked for by which the start-up hooks tell.
const LOOK_PAUSE: Duration = Duration::from_millis(100);

/// How a call is noticed: the start-up hooks tell of it by a file, and the server's inspector shows those of programs
/// without hooks.
pub(super) struct Calls {
    mark: PathBuf,
    exchanges: Option<Events>,
    /// Bots of other programs.
    others: BTreeSet<i64>,
}

impl Calls {
    /// To be called before the program starts, so that nothing is missed.
    pub(super) async fn watch(root: &str, token: Option<&str>, mark: &Path) -> Self {
        let others = running(root, token).await.unwrap_or_default();
        let exchanges = Events::open(&format!("{root}/control/inspector/events"), token).await.ok();
        Self { mark: mark.to_owned(), exchanges, others }
    }

    /// Waits for the program's first call.
    pub(super) async fn first(mut self) {
        tokio::select! {
            () = marked(&self.mark) => {}
            () = seen(self.exchanges.take(), &self.others) => {}
        }
    }
}

async fn marked(mark: &Path) {
    while !mark.exists() {
        tokio::time::sleep(LOOK_PAUSE).await;
    }
}

async fn seen(exchanges: Option<Events>, others: &BTreeSet<i64>) {
    let Some(mut exchanges) = exchanges else { return pending().await };
    while let Some(exchange) = exchanges.next().await {
        if exchange["bot_id"].as_i64().is_some_and(|bot| !others.contains(&bot)) {
            return;
        }
    }
    pending().await
}

/// The bots whose programs are running, such as the demo bot.
async fn running(root: &str, token: Option<&str>) -> Option<BTreeSet<i64>> {
    let mut request = crate::probe::client().ok()?.get(format!("{root}/control/bots"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let bots: Value = request.timeout(crate::probe::PROBE_TIME).send().await.ok()?.json().await.ok()?;
    let running = bots.as_array()?.iter().filter(|bot| bot["is_running"] == true);
    Some(running.filter_map(|bot| bot["id"].as_i64()).collect())
}

/// Warns when nothing has come in time, and says so when something comes after that.
pub(super) async fn warn_without(
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

/// What a program runs on, as far as its name says.
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

/// `python3.12` is a Python.
fn is_version(rest: &str) -> bool {
    rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The warning: what may have happened, and what to do.
pub(super) fn warning(program: &OsStr, limit: Duration, root: &str, mtproto: &str) -> String {
    let base = match Kind::of(program) {
        Kind::Python => format!(
            "`parlor run` reaches programs of Python (not python -I, -E or -S) on aiohttp, httpx, requests, urllib3, \
             urllib.request and http.client. With another library, or in a container, give it the root of the Bot API: \
             {root} in the place of https://api.telegram.org (aiogram: TelegramAPIServer.from_base(\"{root}\"); \
             python-telegram-bot: base_url(\"{root}/bot\"))."
        ),
        Kind::JavaScript => format!(
            "`parlor run` reaches programs of Node, Bun and Deno by NODE_OPTIONS and BUN_OPTIONS, on fetch, https and \
             undici; Deno needs --allow-net and version 2.7. With another library, or in a container, give it the root \
             of the Bot API: {root} in the place of https://api.telegram.org (grammY: client: {{ apiRoot: \"{root}\" }}; \
             Telegraf: telegram: {{ apiRoot: \"{root}\" }})."
        ),
        Kind::Other => format!(
            "`parlor run` reaches programs of Python, Node, Bun and Deno, and of teloxide with Bot::from_env(). Give \
             any other program's library the root of the Bot API: {root} in the place of https://api.telegram.org; the \
             program finds it in the environment variable PARLOR_URL."
        ),
    };
    format!(
        "WARNING: the program has not called Parlor in {} seconds: IT MAY BE TALKING TO THE REAL TELEGRAM.\n  \
         {base}\n  \
         Over MTProto `parlor run` reaches Telethon, Pyrogram and what is built on them. Any other library dials \
         Telegram's own data centres: give it {mtproto} as data centre 2, with the key of {root}/control/mtproto.pem.",
        limit.as_secs_f64()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn what_comes_late_is_warned_of() {
        let limit = Duration::from_secs(10);
        for (seconds, expected) in [(9, &[][..]), (11, &["warned", "late"])] {
            let said = RefCell::new(Vec::new());
            let say = |what| said.borrow_mut().push(what);
            let first = sleep(Duration::from_secs(seconds));
            warn_without(first, limit, || say("warned"), || say("late")).await;
            assert_eq!(said.into_inner(), expected, "{seconds} s");
        }
    }

    #[test]
    fn programs_are_known_by_their_names() {
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
            assert!(text.contains("http://h:1 in the place of https://api.telegram.org"), "{text}");
            assert!(text.contains("h:2 as data centre 2"), "{text}");
            assert!(text.contains("teloxide") == (program == "./bot"), "{text}");
        }
    }
}
