//! The command line.

use crate::listen;
use clap::{Args, Parser, Subcommand, ValueEnum};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use parlor_host::ClockStart;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// An offline server that plays Telegram's side of private chats, for bots and their tests.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) server: ServerOptions,
    /// End when the last lease of the server is released; `parlor run` starts servers with this option.
    #[arg(long, hide = true)]
    pub(crate) while_used: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs an unmodified bot program against Parlor instead of Telegram.
    ///
    /// Uses the server at the --listen address if one is running, otherwise starts one. A server that `parlor run` started
    /// ends with the last program that runs against it.
    Run(Box<RunCommand>),
    /// Creates an MTProto session that is already logged in, on a running server.
    ///
    /// Prints it as session strings for Telethon, GramJS and Pyrogram, and writes session files on request.
    Session(SessionCommand),
    /// Verifies every event of a data file and its snapshot, and changes nothing.
    Verify(VerifyCommand),
}

#[derive(Debug, Args)]
pub(crate) struct VerifyCommand {
    /// The data file. It must not be in use by a server: a running server verifies its file itself.
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SessionCommand {
    /// The id or username of a user or bot.
    pub(crate) account: String,
    /// The root of a running server or of one of its worlds; the server at --listen by default.
    #[arg(long, value_parser = listen::parse_root, value_name = "ROOT")]
    pub(crate) server: Option<String>,
    /// The address of the server: 8081, localhost:8081, 127.0.0.1:8081.
    #[arg(long, default_value = listen::DEFAULT, value_parser = listen::parse, value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// The token that the server printed, if it listens beyond loopback.
    #[arg(long, env = "PARLOR_CONTROL_TOKEN", hide_env_values = true, value_name = "TOKEN", value_parser = control_token)]
    pub(crate) control_token: Option<String>,
    /// Write a session file for Telethon; it must not exist yet.
    #[arg(long, value_name = "FILE")]
    pub(crate) telethon: Option<PathBuf>,
    /// Write a session file for Kurigram; it must not exist yet.
    #[arg(long, value_name = "FILE")]
    pub(crate) kurigram: Option<PathBuf>,
}

// A server that ends with the program has no demo bot.
#[derive(Debug, Args)]
#[command(mut_arg("no_demo", |option| option.hide(true)))]
pub(crate) struct RunCommand {
    /// The root of a running server or of one of its worlds, such as http://127.0.0.1:8081/w/w1.
    #[arg(long, value_parser = listen::parse_root, value_name = "ROOT")]
    pub(crate) server: Option<String>,
    /// Seconds after which a warning says that the program has not called Parlor.
    #[arg(long, hide = true, value_parser = seconds, default_value = "10")]
    pub(crate) warn_after: Duration,
    /// Options of the server, if one is started.
    #[command(flatten)]
    pub(crate) options: ServerOptions,
    /// The program with its arguments.
    #[arg(last = true, required = true)]
    pub(crate) program: Vec<OsString>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ServerOptions {
    /// The address to listen on: 8081, localhost:8081, 127.0.0.1:8081; port 0 is any free port.
    #[arg(long, default_value = listen::DEFAULT, value_parser = listen::parse, value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// The data file; by default parlor.db in the current folder (`parlor run` saves nothing by default).
    #[arg(long, value_name = "FILE", conflicts_with = "memory")]
    pub(crate) data: Option<PathBuf>,
    /// Keep all data in memory only.
    #[arg(long)]
    pub(crate) memory: bool,
    /// Start even if confirmed events are missing from the data.
    #[arg(long)]
    pub(crate) accept_loss: bool,
    /// Keep every event in the data file; by default, events that a verified snapshot covers are deleted.
    #[arg(long)]
    pub(crate) keep_history: bool,
    /// The time at which the world's clock starts.
    #[arg(long, value_enum, default_value = "system", value_name = "START")]
    pub(crate) clock: ClockOption,
    /// Don't start the demo bot.
    #[arg(long)]
    pub(crate) no_demo: bool,
    /// Refuse tokens of bots that were not created; the default when the server listens beyond loopback.
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub(crate) strict: Option<bool>,
    /// Refuse access hashes of 0 from bots over MTProto; Telegram accepts them for users whom the bot has seen.
    #[arg(long)]
    pub(crate) strict_access: bool,
    /// Rate limits.
    #[arg(long, value_enum, default_value = "off")]
    pub(crate) limits: Limits,
    /// Also be an MTProto proxy with this secret (32 hexadecimal digits), which leads to this server itself.
    #[arg(long, value_name = "SECRET", value_parser = proxy_secret)]
    pub(crate) proxy_secret: Option<ProxySecret>,
    /// A host name, besides localhost, under which the control API may be called; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) allowed_host: Vec<String>,
    /// The token that callers of the control API need when the server listens beyond loopback; random by default.
    #[arg(long, env = "PARLOR_CONTROL_TOKEN", hide_env_values = true, value_name = "TOKEN", value_parser = control_token)]
    pub(crate) control_token: Option<String>,
    /// The format of the log on standard error. RUST_LOG sets the level, such as info or parlor_bot_api=debug; the default
    /// is warn. `parlor run` reads RUST_LOG only with this option.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) log: Option<LogFormat>,
}

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum LogFormat {
    /// Readable lines.
    #[default]
    Text,
    /// A JSON object per line.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClockOption {
    /// The machine's time.
    System,
    /// The time of the last event in the data, so that updates and buttons have not expired since then.
    Journal,
}

impl From<ClockOption> for ClockStart {
    fn from(option: ClockOption) -> Self {
        match option {
            ClockOption::System => Self::System,
            ClockOption::Journal => Self::Journal,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Limits {
    /// One message per second in a chat with short bursts, thirty per second in total.
    Telegram,
    /// No limits.
    Off,
}

impl ServerOptions {
    /// Returns the arguments of a server with these options, without the control token: other users of the machine can see
    /// the arguments of processes.
    pub(crate) fn arguments(&self) -> Vec<OsString> {
        let Self {
            listen,
            data,
            memory,
            accept_loss,
            keep_history,
            clock,
            no_demo,
            strict,
            strict_access,
            limits,
            proxy_secret,
            allowed_host,
            control_token: _,
            log,
        } = self;
        let mut arguments = vec![format!("--listen={listen}").into()];
        let with_value = |name: &str, value: &dyn AsRef<std::ffi::OsStr>| {
            let mut argument = OsString::from(format!("--{name}="));
            argument.push(value);
            argument
        };
        arguments.extend(data.iter().map(|file| with_value("data", file)));
        let switches = [
            ("--memory", *memory),
            ("--accept-loss", *accept_loss),
            ("--keep-history", *keep_history),
            ("--no-demo", *no_demo),
            ("--strict-access", *strict_access),
        ];
        arguments.extend(switches.iter().filter(|(_, is_on)| *is_on).map(|(name, _)| OsString::from(name)));
        let of = |value: Option<clap::builder::PossibleValue>| value.map(|value| value.get_name().to_owned());
        arguments.extend(of(clock.to_possible_value()).map(|clock| with_value("clock", &clock)));
        arguments.extend(of(limits.to_possible_value()).map(|limits| with_value("limits", &limits)));
        let log = log.and_then(|log| of(log.to_possible_value()));
        arguments.extend(log.map(|log| with_value("log", &log)));
        arguments.extend(strict.map(|strict| with_value("strict", &strict.to_string())));
        let digits = proxy_secret.map(|ProxySecret(secret)| HEXLOWER.encode(&secret));
        arguments.extend(digits.map(|digits| with_value("proxy-secret", &digits)));
        arguments.extend(allowed_host.iter().map(|host| with_value("allowed-host", host)));
        arguments
    }
}

/// The secret of an MTProto proxy.
#[derive(Clone, Copy)]
pub(crate) struct ProxySecret(pub(crate) [u8; 16]);

impl std::fmt::Debug for ProxySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProxySecret(…)")
    }
}

// An empty environment variable would otherwise disable the protection.
fn control_token(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("an empty token protects nothing; omit it to have one generated".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

/// Parses the secret of a proxy. `dd` before it is ignored: clients write it to select the padded transport.
fn proxy_secret(text: &str) -> Result<ProxySecret, String> {
    let digits = text.strip_prefix("dd").filter(|rest| rest.len() == 32).unwrap_or(text);
    let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(ProxySecret).ok_or_else(|| "32 hexadecimal digits are needed".to_owned())
}

/// Parses a number of seconds, which may have a fraction.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "a number of seconds is needed".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// Returns the options in the help of a subcommand, without `--help`.
    fn options(subcommand: &str) -> Vec<String> {
        let mut command = Cli::command();
        command.build();
        let found = command.find_subcommand(subcommand).unwrap();
        let shown = found.get_arguments().filter(|option| !option.is_hide_set());
        let names = shown.filter_map(|option| option.get_long());
        names.filter(|name| *name != "help").map(str::to_owned).collect()
    }

    #[test]
    fn session_has_only_the_options_that_it_uses() {
        assert_eq!(options("session"), ["server", "listen", "control-token", "telethon", "kurigram"]);
    }

    #[test]
    fn run_has_the_server_options_except_the_demo_bot() {
        let options = options("run");
        assert!(
            options.contains(&"data".to_owned()) && !options.contains(&"no-demo".to_owned()),
            "{options:?}"
        );
    }

    #[test]
    fn a_server_is_started_with_the_same_options() {
        let given = [
            "parlor",
            "--listen=[::1]:9000",
            "--data=a folder/file.db",
            "--accept-loss",
            "--keep-history",
            "--clock=journal",
            "--no-demo",
            "--strict=false",
            "--strict-access",
            "--limits=telegram",
            "--log=json",
            "--proxy-secret=00112233445566778899aabbccddeeff",
            "--allowed-host=one.test",
            "--allowed-host=two.test",
        ];
        for arguments in [&given[..], &["parlor", "--memory", "--strict"], &["parlor"]] {
            let options = Cli::try_parse_from(arguments).unwrap().server;
            let again = std::iter::once("parlor".into()).chain(options.arguments());
            let again = Cli::try_parse_from(again).unwrap().server;
            assert_eq!(format!("{again:?}"), format!("{options:?}"));
            assert_eq!(
                again.proxy_secret.map(|secret| secret.0),
                options.proxy_secret.map(|secret| secret.0)
            );
        }
    }

    #[test]
    fn a_proxy_secret_has_32_hexadecimal_digits() {
        let digits = "00112233445566778899aabbccddeeff";
        let secret = u128::from_str_radix(digits, 16).unwrap().to_be_bytes();
        for (text, expected) in [
            (digits.to_owned(), Some(secret)),
            (digits.to_uppercase(), Some(secret)),
            (format!("dd{digits}"), Some(secret)),
            (format!("ee{digits}"), None),
            (digits[1..].to_owned(), None),
            (format!("+{}", &digits[1..]), None),
            (String::new(), None),
        ] {
            assert_eq!(proxy_secret(&text).ok().map(|secret| secret.0), expected, "{text}");
        }
    }

    #[test]
    fn an_empty_control_token_is_refused() {
        for token in ["", " "] {
            let error = Cli::try_parse_from(["parlor", "--control-token", token]).unwrap_err().to_string();
            assert!(error.contains("an empty token protects nothing"), "{error}");
        }
    }

    #[test]
    fn server_options_follow_the_subcommand() {
        assert!(Cli::try_parse_from(["parlor", "run", "--memory", "--listen", "0", "--", "true"]).is_ok());
        let error = Cli::try_parse_from(["parlor", "--memory", "run", "--", "true"]).unwrap_err().to_string();
        assert!(error.contains("'run' cannot be used with '--memory'"), "{error}");
    }
}
