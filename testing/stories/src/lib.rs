//! Helpers of the tests: a server for each test, a user over the control API, and a bot program as a child process.

#![expect(clippy::missing_errors_doc, reason = "each failure of a helper is the failure of a test")]

pub mod mtproto;
mod person;
pub mod transcript;

pub use person::play_person;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use parlor_wire_mtproto::AuthKey;
use parlor_wire_tl::LAYER;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// The time-out of every wait, generous for slow machines.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The token of the bot that [`Server::open_dialog`] creates.
pub const TOKEN: &str = "123456:AAAA";

/// The secret by which TDLib uses a server as its MTProto proxy.
pub const PROXY_SECRET: &str = "dd000102030405060708090a0b0c0d0e0f";

/// A running server.
pub struct Server {
    /// Kills the server when dropped.
    pub child: Child,
    /// Its root.
    pub root: String,
    http: reqwest::Client,
}

/// The folder that `cargo` builds into.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}

/// The server's binary. `cargo xtask test` builds it before the tests.
pub fn binary() -> PathBuf {
    target().join("debug/parlor")
}

/// Reads the output of a starting server up to the line with a name, and returns its value.
pub async fn printed(lines: &mut Lines<BufReader<ChildStdout>>, name: &str) -> Result<String> {
    loop {
        let line = lines.next_line().await?.context("the server ended at once")?;
        if let Some(value) = line.trim().strip_prefix(name) {
            return Ok(value.trim().to_owned());
        }
    }
}

/// Whether a value contains another: objects may have additional fields, everything else must be equal.
pub fn contains(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            let has = |(key, wanted): (&String, &Value)| {
                found.get(key).is_some_and(|found| contains(found, wanted))
            };
            wanted.iter().all(has)
        }
        (Value::Array(found), Value::Array(wanted)) => {
            found.len() == wanted.len()
                && found.iter().zip(wanted).all(|(found, wanted)| contains(found, wanted))
        }
        _ => found == wanted,
    }
}

impl Server {
    /// Starts a server on a free port.
    pub async fn start(arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(binary());
        command.args(arguments);
        Self::from_command(command).await
    }

    /// Starts a server with a command, on a free port.
    pub async fn from_command(command: Command) -> Result<Self> {
        Self::listening(command, "127.0.0.1:0").await
    }

    /// Stops the server (with SIGTERM if `is_clean`, otherwise with SIGKILL) and starts it again at the same address.
    pub async fn restart(&mut self, arguments: &[&str], is_clean: bool) -> Result<()> {
        let signal = if is_clean { Signal::SIGTERM } else { Signal::SIGKILL };
        kill(Pid::from_raw(self.child.id().context("running")?.try_into()?), signal)?;
        self.child.wait().await?;
        let mut command = Command::new(binary());
        command.args(arguments);
        *self = Self::listening(command, &format!("127.0.0.1:{}", self.port())).await?;
        Ok(())
    }

    async fn listening(mut command: Command, address: &str) -> Result<Self> {
        let mut child = command
            .args(["--listen", address, "--no-demo"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("build the server first: cargo xtask test does")?;
        let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
        let root = printed(&mut lines, "Bot API root").await?;
        Ok(Self { child, root, http: reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()? })
    }

    /// Its host and port.
    pub fn address(&self) -> &str {
        self.root.trim_start_matches("http://")
    }

    /// An MTProto session that the control API creates for an account of the default world.
    pub async fn minted(&self, account: &str) -> Result<mtproto::Client> {
        let session = self.control("POST", "/sessions", json!({"account": account})).await?;
        let key = session["auth_key"].as_str().and_then(AuthKey::from_hex).context("a key")?;
        let mut client = mtproto::Client::resume(self.address(), key, LAYER).await?;
        client.begin().await?;
        Ok(client)
    }

    /// Calls the control API; fails on anything but success.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Result<Value> {
        let url = format!("{}/control{path}", self.root);
        let mut request = self.http.request(method.parse()?, url);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{method} {path}: {status} {text}");
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    /// A user asks to join a group or channel that the bot administers; made with the first request, by another user.
    pub async fn ask_to_join(&self, user: &str, bot: &str, chat: i64, kind: &str, title: &str) -> Result<()> {
        let path = format!("/groups/{chat}");
        if self.control("GET", &path, Value::Null).await.is_err() {
            let owner =
                self.control("POST", "/users", json!({"first_name": "Olga"})).await?["id"].to_string();
            let group =
                json!({"id": chat, "type": kind, "title": title, "owner": owner, "administrators": [bot]});
            self.control("POST", "/groups", group).await?;
            self.control("POST", &format!("{path}/links"), json!({"creates_join_request": true})).await?;
        }
        let links = self.control("GET", &format!("{path}/links"), Value::Null).await?;
        let link =
            links.as_array().and_then(|links| links.iter().find(|link| link["creates_join_request"] == true));
        let link = link.context("a link that needs approval")?["invite_link"].clone();
        self.control("POST", &format!("/users/{user}/join"), json!({ "link": link })).await?;
        Ok(())
    }

    /// Starts a server in memory, where user 1001 has started the bot 123456.
    pub async fn with_dialog() -> Result<Self> {
        let server = Self::start(&["--memory"]).await?;
        server.open_dialog().await?;
        Ok(server)
    }

    /// User 1001, Ann, starts the bot 123456, whose token is [`TOKEN`].
    pub async fn open_dialog(&self) -> Result<()> {
        self.bot_api(TOKEN, "getMe", json!({})).await?;
        self.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
        self.control("POST", "/users/1001/dialogs/123456/start", json!({})).await?;
        Ok(())
    }

    /// Calls the Bot API, and returns the status and body of any answer.
    pub async fn bot_api(&self, token: &str, method: &str, body: Value) -> Result<(u16, Value)> {
        let answer = self.http.post(format!("{}/bot{token}/{method}", self.root)).json(&body).send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// Waits until a bot exists: the first request of its program creates it.
    pub async fn until_bot(&self, bot: i64) -> Result<()> {
        let wait = async {
            while self.control("GET", &format!("/bots/{bot}"), Value::Null).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, wait).await.context("the bot program made no request")
    }

    /// Sends SIGTERM to the server.
    pub fn terminate(&self) -> Result<()> {
        let id = self.child.id().context("it has ended")?;
        Ok(kill(Pid::from_raw(i32::try_from(id)?), Signal::SIGTERM)?)
    }

    fn port(&self) -> &str {
        self.root.rsplit(':').next().unwrap_or_default()
    }

    /// The HTTP client, for other requests.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }
}

/// The libraries that every story runs on.
#[derive(Debug, Clone, Copy)]
pub enum Library {
    /// aiogram 3.31
    Aiogram,
    /// python-telegram-bot 22.8
    Ptb,
    /// grammY 1.46
    Grammy,
    /// teloxide 0.17
    Teloxide,
    /// Telethon 1.45, over MTProto
    Telethon,
    /// Folds 0.3, over MTProto
    Folds,
    /// Kurigram 2.2, over MTProto
    Kurigram,
    /// Pyrogram 2.0, over MTProto: layer 158
    Pyrogram,
    /// Pyrofork 2.3, over MTProto: layer 220
    Pyrofork,
    /// mtcute 0.30, over MTProto
    Mtcute,
    /// GramJS 2.26, over MTProto with a session of the control API
    Gramjs,
    /// teleproto 214.1, a fork of GramJS, over MTProto with a session of the control API: layer 214
    Teleproto,
    /// grammers 0.11, over MTProto with a session of the control API
    Grammers,
    /// TDLib 1.8.69, over MTProto through a proxy: layer 232
    Tdlib,
}

impl Library {
    /// Whether its bots speak MTProto, whose errors have names instead of sentences.
    pub fn speaks_mtproto(self) -> bool {
        !matches!(self, Self::Aiogram | Self::Ptb | Self::Grammy | Self::Teloxide)
    }
}

/// A bot program, with its environment and its server's options.
#[derive(Debug, Clone)]
pub struct Program {
    command: Vec<PathBuf>,
    environment: Vec<(&'static str, String)>,
    server: Vec<&'static str>,
    says_ready: bool,
    minted: bool,
    folder: Option<PathBuf>,
}

impl Program {
    fn new(command: Vec<PathBuf>) -> Self {
        Self {
            command,
            environment: Vec::new(),
            server: Vec::new(),
            says_ready: false,
            minted: false,
            folder: None,
        }
    }

    /// A Python program of `testing/clients`.
    pub fn python(script: &str) -> Self {
        Self::python_in("python", script)
    }

    /// A Python program in one of the environments that `cargo xtask test` makes: Kurigram, Pyrogram and Pyrofork are
    /// modules of the same name, and python-telegram-bot 13 needs an old urllib3.
    pub fn python_in(environment: &str, script: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients").join(script);
        Self::new(vec![target().join("clients").join(environment).join("bin/python"), script])
    }

    /// A Python program on TDLib, which reaches a server as its MTProto proxy.
    pub fn tdlib(script: &str) -> Self {
        Self::python(script)
            .variable("PROXY_SECRET", PROXY_SECRET)
            .on_server(&["--proxy-secret", PROXY_SECRET])
    }

    /// A Node program of `testing/clients`; Node looks for packages beside it, so it runs where they are.
    pub fn node(script: &str) -> Self {
        Self::new(vec!["node".into(), target().join("clients").join(script)])
    }

    /// A Rust program of `testing/clients`, which `cargo xtask test` has built.
    pub fn cargo(folder: &str, name: &str) -> Self {
        Self::new(vec![target().join("clients").join(folder).join("debug").join(name)])
    }

    /// One more argument.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<PathBuf>) -> Self {
        self.command.push(argument.into());
        self
    }

    /// One more environment variable.
    #[must_use]
    pub fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Options of the server.
    #[must_use]
    pub fn on_server(mut self, options: &'static [&'static str]) -> Self {
        self.server.extend(options);
        self
    }

    /// The folder that it runs in.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// The program prints `ready` once it receives updates, which over MTProto is some time after its bot exists.
    #[must_use]
    pub fn says_ready(mut self) -> Self {
        self.says_ready = true;
        self
    }

    /// The program gets a session that the control API created for its bot.
    #[must_use]
    pub fn minted(mut self) -> Self {
        self.minted = true;
        self
    }

    /// `parlor run` with it, against a server.
    pub fn command(&self, root: &str, bot: i64) -> Command {
        let token = format!("{bot}:AAAA");
        let mut command = Command::new(binary());
        command.args(["run", "--server", root, "--"]).args(&self.command);
        command.env("BOT_TOKEN", &token).env("TELOXIDE_TOKEN", &token);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::piped());
        // Session files must not be written to the home folder of the user who runs the tests.
        command.env("XDG_STATE_HOME", target().join("clients/state"));
        // Some libraries write files where they run (Pyrogram: the errors that it does not know).
        command.current_dir(self.folder.clone().unwrap_or_else(|| target().join("clients")));
        command
    }
}

impl From<Library> for Program {
    fn from(library: Library) -> Self {
        match library {
            Library::Aiogram => Self::python("aiogram_bot.py"),
            Library::Ptb => Self::python("ptb_bot.py"),
            Library::Grammy => Self::node("grammy_bot.mjs"),
            Library::Telethon => Self::python("telethon_bot.py").says_ready(),
            Library::Folds => Self::python("folds_bot.py").says_ready(),
            Library::Kurigram => Self::python("kurigram_bot.py").says_ready(),
            // The same program: Kurigram and Pyrofork are forks of Pyrogram.
            Library::Pyrogram => Self::python_in("pyrogram", "kurigram_bot.py").says_ready(),
            Library::Pyrofork => Self::python_in("pyrofork", "kurigram_bot.py").says_ready(),
            Library::Mtcute => Self::node("mtcute_bot.mjs").says_ready(),
            Library::Gramjs => Self::node("gramjs_bot.mjs").argument("telegram").says_ready().minted(),
            // The same program: teleproto is a fork.
            Library::Teleproto => Self::node("gramjs_bot.mjs").argument("teleproto").says_ready().minted(),
            Library::Grammers => Self::cargo("grammers", "grammers-story-bot").says_ready().minted(),
            Library::Tdlib => Self::tdlib("tdlib_bot.py").says_ready(),
            Library::Teloxide => Self::cargo("teloxide", "teloxide-story-bot"),
        }
    }
}

/// A bot program that runs against a server by `parlor run`, and one user.
pub struct Stage {
    /// The server.
    pub server: Server,
    /// The bot's id.
    pub bot: i64,
    /// The user's id.
    pub user: i64,
    output: Lines<BufReader<ChildStdout>>,
    _program: Running,
    last: i64,
}

/// `parlor run` as a child process. Dropping it sends SIGTERM, so that it also ends its program; SIGKILL would not.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(id) = self.0.id().and_then(|id| i32::try_from(id).ok()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
    }
}

impl Stage {
    /// Everything for one story.
    pub async fn set(program: impl Into<Program>, user: Value) -> Result<Self> {
        Self::set_on(&["--memory"], program, user).await
    }

    /// Everything for one story, on a server with these options.
    pub async fn set_on(options: &[&str], program: impl Into<Program>, user: Value) -> Result<Self> {
        let program = program.into();
        let server = Server::start(&[options, &program.server[..]].concat()).await?;
        let bot = 123_456;
        let user = server.control("POST", "/users", user).await?["id"].as_i64().context("id")?;
        let mut command = program.command(&server.root, bot);
        if program.minted {
            server.control("POST", "/bots", json!({ "token": format!("{bot}:AAAA") })).await?;
            let session = server.control("POST", "/sessions", json!({ "account": bot.to_string() })).await?;
            command.env("SESSION", session.to_string());
        }
        // Its errors, most of them at its end, are kept to find the cause of a failure.
        let log = target().join(format!("clients/stderr-{}.log", server.port()));
        command.stderr(std::fs::File::create(log)?);
        let mut child = command.spawn()?;
        let output = BufReader::new(child.stdout.take().context("piped")?).lines();
        let mut stage = Self { server, bot, user, output, _program: Running(child), last: 0 };
        stage.server.until_bot(bot).await?;
        if program.says_ready {
            stage.told("ready").await?;
        }
        Ok(stage)
    }

    /// The path of the dialog.
    pub fn dialog(&self) -> String {
        format!("/users/{}/dialogs/{}", self.user, self.bot)
    }

    /// The user acts in the dialog.
    pub async fn act(&self, what: &str, body: Value) -> Result<Value> {
        self.server.control("POST", &format!("{}{what}", self.dialog()), body).await
    }

    /// The user writes.
    pub async fn say(&self, text: &str) -> Result<Value> {
        self.act("/messages", json!({ "text": text })).await
    }

    /// The bot's next message.
    pub async fn reply(&mut self) -> Result<Value> {
        let path = format!("{}/wait?after={}&timeout=50", self.dialog(), self.last);
        let message = self.server.control("GET", &path, Value::Null).await?;
        self.last = message["message"]["message_id"].as_i64().context("id")?;
        Ok(message)
    }

    /// The user writes, the bot answers: just the text.
    pub async fn ask(&mut self, text: &str) -> Result<String> {
        self.say(text).await?;
        Ok(self.reply().await?["message"]["text"].as_str().context("text")?.to_owned())
    }

    /// Waits until a message has that text: until the program has edited it.
    pub async fn until_text(&self, message: i64, text: &str) -> Result<()> {
        self.until_text_in(&self.bot.to_string(), message, text).await
    }

    /// As [`Self::until_text`], in another chat of the user.
    pub async fn until_text_in(&self, chat: &str, message: i64, text: &str) -> Result<()> {
        let path = format!("/users/{}/dialogs/{chat}/messages?after={}&limit=1", self.user, message - 1);
        let wait = async {
            while self.server.control("GET", &path, Value::Null).await?[0]["message"]["text"] != text {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(TIMEOUT, wait).await.context("the message is not edited")?
    }

    /// The program's next line of output that begins so.
    pub async fn told(&mut self, prefix: &str) -> Result<String> {
        let wait = async {
            while let Some(line) = self.output.next_line().await? {
                if let Some(rest) = line.strip_prefix(prefix) {
                    return Ok(rest.trim().to_owned());
                }
            }
            bail!("the program ended")
        };
        tokio::time::timeout(TIMEOUT, wait).await.context("the program said nothing")?
    }
}
