use crate::address::root_of;
use crate::cli::{Limits, ServerOptions};
use crate::connections::ConnectionLimiter;
use crate::ports::Ports;
use crate::{demo, serve};
use anyhow::{Context, Result};
use axum::body::Bytes;
use data_encoding::HEXLOWER;
use http::Request;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt, Full};
use parlor_bot_api::{Adoption, BotApi};
use parlor_control::{AfterReset, CallBot, Control, Guard, Leases};
use parlor_host::{Host, Options, Worlds, notify_operator, random};
use parlor_mtproto::MtProto;
use parlor_storage::{Journal, JournalError, Memory, Sqlite};
use parlor_world::Rules;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running server.
pub(crate) struct Server {
    address: SocketAddr,
    data: Option<PathBuf>,
    pub(crate) worlds: Arc<Worlds>,
    leases: Leases,
    control_token: Option<String>,
    demo: Option<demo::Demo>,
    strict_tokens: bool,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Opens the data, listens, and starts the demo bot.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on, or the data cannot be opened.
    pub(crate) async fn start(options: &ServerOptions, leases: Leases) -> Result<Self> {
        Self::start_limited(options, leases, ConnectionLimiter::from_file_limit()).await
    }

    /// Like [`Server::start`], with the given limiter of connections.
    ///
    /// # Errors
    ///
    /// The same as [`Server::start`].
    pub(crate) async fn start_limited(
        options: &ServerOptions,
        leases: Leases,
        limiter: ConnectionLimiter,
    ) -> Result<Self> {
        let listener = TcpListener::bind(options.listen).await;
        let listener = listener.with_context(|| format!("can't listen on {}", options.listen))?;
        let address = listener.local_addr()?;
        let beyond_loopback = !address.ip().is_loopback();
        let rules = Rules {
            limits: options.limits == Limits::Telegram,
            strict_tokens: options.strict.unwrap_or(beyond_loopback),
            strict_access: options.strict_access,
        };
        let data = match (&options.data, options.memory) {
            (Some(file), _) => Some(file.clone()),
            (None, false) => Some(Sqlite::default_path()),
            (None, true) => None,
        };
        let host = open(data.clone(), rules, options).await?;
        let worlds = Arc::new(Worlds::new(host.clone(), rules));
        let control_token = match (&options.control_token, beyond_loopback) {
            (_, false) => None,
            (Some(token), true) => Some(token.clone()),
            (None, true) => Some(generate_token()?),
        };
        let root = format!("http://{address}");
        let guard =
            Arc::new(Guard { allowed_hosts: options.allowed_host.clone(), token: control_token.clone() });
        let mtproto = MtProto::new(options.proxy_secret.map(|secret| secret.0), control_token.as_deref())?
            .context("the RSA key is damaged")?;
        let ports = Ports::new(host.id(), address, limiter.clone(), mtproto.clone());
        let own = ports.clone();
        let bot_api = BotApi::new(Arc::new(move |address| own.is_own(address)));
        bot_api.resume(&host).await;
        let demo = if options.no_demo { None } else { Some(demo::Demo::prepare(&host, None).await?) };
        let control = Control {
            worlds: worlds.clone(),
            guard: guard.clone(),
            mtproto: ports.opener(),
            call_bot: call_bot(bot_api.clone()),
            leases: leases.clone(),
            data: data.as_deref().map(|file| absolute(file).display().to_string().into()),
            after_reset: after_reset(host.id(), demo.clone()),
            is_method: |name| {
                parlor_wire_bot_api::find_method(name).is_some() || parlor_wire_tl::is_function(name)
            },
            root: root.as_str().into(),
            waits: Arc::default(),
        };
        let control = parlor_control::router(control);
        let service = serve::Service { worlds: worlds.clone(), bot_api, control, mtproto, guard, address };
        let mut tasks = vec![tokio::spawn(serve::accept(listener, limiter, service))];
        tasks.push(tokio::spawn(verify(host.clone())));
        if let Some(demo) = &demo {
            tasks.push(tokio::spawn(demo.clone().run(host.clone(), root_of(address))));
        }
        let strict_tokens = rules.strict_tokens;
        Ok(Self { address, data, worlds, leases, control_token, demo, strict_tokens, tasks })
    }

    /// Returns the root URL for programs on this machine.
    pub(crate) fn root(&self) -> String {
        root_of(self.address)
    }

    /// Returns the text that is printed once the server listens: all addresses, and where the data is.
    pub(crate) fn banner(&self) -> String {
        let root = self.root();
        let mut text = format!("Parlor {}\n", env!("CARGO_PKG_VERSION"));
        match &self.control_token {
            Some(token) => {
                let _ = writeln!(text, "  the page       {root}/#token={token}");
            }
            None => {
                let _ = writeln!(text, "  the page       {root}/");
            }
        }
        let _ = writeln!(text, "  Bot API root   {root}");
        let address = root.trim_start_matches("http://");
        let _ =
            writeln!(text, "  MTProto        {address}, data centre 2; its key: {root}/control/mtproto.pem");
        let _ = writeln!(text, "  control API    {root}/control (described by {root}/control/openapi.json)");
        if let Some(token) = &self.control_token {
            let _ = writeln!(text, "  control token  {token}");
        }
        match &self.demo {
            Some(demo) => {
                let _ = writeln!(text, "  a token        {} (@{}, the demo bot)", demo.token, demo.username);
            }
            None if self.strict_tokens => {
                text.push_str("  a token        from @BotFather on the page, or from POST /control/bots\n");
            }
            None => text.push_str("  a token        any, such as 123456:anything\n"),
        }
        match &self.data {
            Some(file) => {
                let _ = write!(text, "  data           {}", file.display());
            }
            None => text.push_str("  data           in memory only"),
        }
        text
    }

    /// Waits until the journal has failed; returns the reason.
    pub(crate) async fn failed(&self) -> Arc<str> {
        self.worlds.default_world().failed().await
    }

    /// Waits until the last lease is released, if the server ends then.
    pub(crate) async fn unused(&self) {
        self.leases.ended().await;
    }

    /// Stops all tasks and closes the world.
    pub(crate) async fn stop(self) {
        for task in &self.tasks {
            task.abort();
        }
        self.worlds.default_world().close().await;
    }
}

/// Recreates the demo bot with its old token before the reset of the default world is answered.
fn after_reset(default: u64, demo: Option<demo::Demo>) -> AfterReset {
    Arc::new(move |host| {
        let demo = demo.clone().filter(|_| host.id() == default);
        Box::pin(async move {
            if let Some(demo) = demo {
                // This fails only if the world has stopped.
                let _ = demo::Demo::prepare(&host, Some(&demo.token)).await;
            }
        })
    })
}

/// Calls a Bot API method for the control API, whose crate must not depend on the Bot API gateway.
fn call_bot(bot_api: BotApi) -> CallBot {
    Arc::new(move |host, path, body| {
        let bot_api = bot_api.clone();
        Box::pin(async move {
            let request = Request::post(&path).header(CONTENT_TYPE, "application/json");
            let request = request.body(Full::new(Bytes::from(body))).ok()?;
            let answer = bot_api.handle(&host, &path, &Adoption::Allowed, request).await.ok()?;
            let status = answer.status().as_u16();
            Some((status, answer.into_body().collect().await.ok()?.to_bytes()))
        })
    })
}

async fn open(data: Option<PathBuf>, rules: Rules, options: &ServerOptions) -> Result<Host> {
    let (accepts_loss, keeps_history) = (options.accept_loss, options.keep_history);
    let options = Options { rules, key: random()?, clock: options.clock.into() };
    let opened = tokio::task::spawn_blocking(move || {
        let mut journal: Box<dyn Journal> = match &data {
            Some(file) => Box::new(open_file(file, accepts_loss)?),
            None => Box::new(Memory::forgetting()),
        };
        if let Some(history) = journal.history() {
            history.set_kept(keeps_history);
        }
        anyhow::Ok(Host::open(journal, options)?)
    });
    opened.await?
}

/// Opens a data file. A file that has lost events is opened only with `--accept-loss`.
fn open_file(file: &Path, accepts_loss: bool) -> Result<Sqlite> {
    if accepts_loss {
        let journal = Sqlite::open_despite_loss(file)?;
        if let Some(loss) = journal.loss() {
            notify_operator(&format!("{loss} Ids that were given out before may be given out again."));
        }
        return Ok(journal);
    }
    Sqlite::open(file).map_err(|error| match error {
        JournalError::Lost(loss) => anyhow::anyhow!(
            "{loss}\nPut the missing file back if you have it; nothing was changed. With --accept-loss Parlor starts \
             without those events: ids of messages and updates that were given out before may be given out again."
        ),
        error => error.into(),
    })
}

/// Verifies the whole journal in the background: a start from a snapshot reads only the events after it.
async fn verify(host: Host) {
    match host.verify().await {
        Ok(damages) => damages.iter().for_each(warn_of_damage),
        Err(error) => warn_of_damage(&error),
    }
}

fn warn_of_damage(damage: &JournalError) {
    notify_operator(&format!(
        "{}. The world is served from its snapshot; without it these events can't be read again.",
        damage.explain()
    ));
}

/// Returns the absolute path of a file, which may not exist yet.
pub(crate) fn absolute(file: &Path) -> PathBuf {
    std::fs::canonicalize(file).or_else(|_| std::path::absolute(file)).unwrap_or_else(|_| file.to_owned())
}

/// Generates a random control token: 32 hexadecimal digits.
fn generate_token() -> Result<String> {
    Ok(HEXLOWER.encode(&random::<16>()?))
}
