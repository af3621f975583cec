//! The log on standard error: its filter and its formats.

use crate::cli::{Cli, Command, LogFormat};
use parlor_host::{OPERATOR, notify_operator};
use std::fmt;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Format, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

/// The prefix of the log targets of this project's crates. Events of other crates are never logged, because they may contain
/// URLs, and so tokens.
const OURS: &str = "parlor";

/// Installs the log subscriber that the command line and `RUST_LOG` describe.
pub(crate) fn install(cli: &Cli) {
    let (format, reads_variable) = match &cli.command {
        None => (cli.server.log, true),
        // Without --log, RUST_LOG is most likely meant for the program that is run.
        Some(Command::Run(command)) => (command.options.log, command.options.log.is_some()),
        Some(Command::Session(_) | Command::Verify(_)) => (None, false),
    };
    let chosen = std::env::var("RUST_LOG").ok().filter(|_| reads_variable).unwrap_or_default();
    let (filter, ignored) = filter(&chosen);
    let registry = tracing_subscriber::registry().with(filter);
    // Reporting a failed write would panic if standard error is closed.
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
    // This cannot fail, since nothing else sets a subscriber.
    let _ = match format.unwrap_or_default() {
        LogFormat::Text => {
            let lines = Lines(Format::default().with_ansi(false));
            tracing::subscriber::set_global_default(registry.with(layer.with_ansi(false).event_format(lines)))
        }
        LogFormat::Json => {
            let layer = layer.json().flatten_event(true).with_span_list(true).with_current_span(false);
            tracing::subscriber::set_global_default(registry.with(layer))
        }
    };
    for part in ignored {
        notify_operator(&format!("RUST_LOG: {part:?} is ignored: a level is needed, or target=level"));
    }
}

/// Returns the filter that `RUST_LOG` describes, and its parts that are invalid.
fn filter(chosen: &str) -> (Targets, Vec<&str>) {
    let mut targets = Targets::new().with_target(OURS, LevelFilter::WARN);
    let mut ignored = Vec::new();
    for part in chosen.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (target, level) = match part.split_once('=') {
            Some((target, level)) => (target, level.parse()),
            None if part.starts_with(OURS) => (part, Ok(LevelFilter::TRACE)),
            None => (OURS, part.parse()),
        };
        match level {
            Ok(level) if target.starts_with(OURS) => targets = targets.with_target(target, level),
            // A target of another program.
            Ok(_) => {}
            Err(_) => ignored.push(part),
        }
    }
    (targets.with_target(OPERATOR, LevelFilter::WARN), ignored)
}

/// The text format. A message to the operator is written without time and level.
struct Lines(Format);

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if event.metadata().target() != OPERATOR {
            return self.0.format_event(context, writer, event);
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        writeln!(writer, "parlor: {}", message.0)
    }
}

/// The text of an event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn only_our_own_crates_are_logged() {
        let table: [(&str, &str, Option<Level>); 12] = [
            ("", "parlor_host::host", Some(Level::WARN)),
            ("", OPERATOR, Some(Level::WARN)),
            ("off", OPERATOR, Some(Level::WARN)),
            ("off", "parlor_host", None),
            ("info", "parlor_bot_api::server", Some(Level::INFO)),
            ("trace", "hyper", None),
            ("hyper=trace,debug", "hyper", None),
            ("hyper=trace,debug", "parlor", Some(Level::DEBUG)),
            ("parlor_mtproto", "parlor_mtproto::rpc", Some(Level::TRACE)),
            ("parlor_mtproto=debug", "parlor_host", Some(Level::WARN)),
            ("parlor=info, parlor_mtproto=trace", "parlor_mtproto", Some(Level::TRACE)),
            ("info,loud", "parlor", Some(Level::INFO)),
        ];
        for (chosen, target, expected) in table {
            let (filter, _) = filter(chosen);
            let levels = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN];
            let most = levels.into_iter().find(|level| filter.would_enable(target, level));
            assert_eq!(most, expected, "{chosen:?} of {target}");
        }
        assert_eq!(filter("info, loud,parlor=x").1, ["loud", "parlor=x"]);
    }
}
