//! Transcripts: sends the requests of a file, and writes them with their whole answers.
//!
//! A line of such a file is one of these:
//!
//! ```text
//! # a comment
//! bot sendMessage {"chat_id": 1001, "text": "hello"}      a request of the bot
//! other getMe {}                                          a request of a second bot
//! control POST /users/1001/open {"link": "…"}             a request of the control API
//! given bot sendMessage {"chat_id": 1001, "text": "x"}    a preparation: it must succeed, and is not shown
//! hide query = /result/0/callback_query/id                names a value of the last answer
//! ```
//!
//! `{query}` stands for that value, `{query+1}` for the number after it, `{x*4097}` for 4097 times the letter x.
//! Values that differ from run to run are hidden: the transcript shows their names instead.

use crate::Server;
use anyhow::{Context, Result, bail, ensure};
use reqwest::Method;
use reqwest::header::{CONTENT_LENGTH, DATE, HeaderMap};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The token of the bot of `bot` lines.
const BOT: &str = "123456:AAAA";
/// The token of the bot of `other` lines.
const OTHER: &str = "777:BBBB";

/// Shorter values would be found within others.
const MIN_HIDDEN: usize = 6;

/// Plays the requests of `opening`, which are not shown, and those of `script` in a fresh world of the server.
///
/// # Errors
///
/// If a line can't be read, a preparation is refused, or the server does not answer.
pub async fn play(server: &Server, opening: &str, script: &str) -> Result<Transcript> {
    let world = server.control("POST", "/worlds", json!({})).await?;
    let root = |name: &str| world[name].as_str().map(str::to_owned).context("the addresses of the world");
    let mut player = Player {
        server,
        bot_api: root("bot_api")?,
        control: root("control")?,
        hidden: Vec::new(),
        last: Value::Null,
        shown: Vec::new(),
    };
    for line in opening.lines() {
        player.line(&format!("given {line}")).await.with_context(|| line.to_owned())?;
    }
    for line in script.lines() {
        player.line(line).await.with_context(|| line.to_owned())?;
    }
    let name = world["name"].as_str().context("name")?;
    server.control("DELETE", &format!("/worlds/{name}"), Value::Null).await?;
    Ok(Transcript { exchanges: player.shown, hidden: player.hidden })
}

/// Requests with their answers.
pub struct Transcript {
    /// In the order of the requests.
    pub exchanges: Vec<Exchange>,
    hidden: Vec<(String, String)>,
}

/// One request with its answer.
pub struct Exchange {
    /// As the script has it.
    pub request: String,
    /// The HTTP status of the answer.
    pub status: u16,
    headers: String,
    body: String,
}

impl std::fmt::Display for Transcript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        for Exchange { request, status, headers, body } in &self.exchanges {
            writeln!(text, "{request}\n{status}{headers}\n{}\n", laid_out(body))?;
        }
        let text = without_durations(&relative_update_ids(&text));
        let text =
            self.hidden.iter().fold(text, |text, (name, value)| text.replace(value, &format!("{{{name}}}")));
        f.write_str(text.trim_end())
    }
}

struct Player<'a> {
    server: &'a Server,
    bot_api: String,
    control: String,
    hidden: Vec<(String, String)>,
    last: Value,
    shown: Vec<Exchange>,
}

impl Player<'_> {
    async fn line(&mut self, line: &str) -> Result<()> {
        let (is_given, request) = match line.strip_prefix("given ") {
            Some(request) => (true, request),
            None => (false, line),
        };
        if request.trim().is_empty() || request.starts_with('#') {
            return Ok(());
        }
        if let Some(named) = request.strip_prefix("hide ") {
            return self.hide(named);
        }
        let exchange = self.send(request).await?;
        self.last = serde_json::from_str(&exchange.body).unwrap_or_default();
        match is_given {
            true => ensure!(exchange.status < 300, "{} {}", exchange.status, exchange.body),
            false => self.shown.push(exchange),
        }
        Ok(())
    }

    fn hide(&mut self, named: &str) -> Result<()> {
        let (name, pointer) = named.split_once(" = ").context("hide NAME = POINTER")?;
        let value = match self.last.pointer(pointer.trim()).with_context(|| self.last.to_string())? {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        ensure!(value.len() >= MIN_HIDDEN, "{value} stands in too many places to be hidden");
        self.hidden.push((name.to_owned(), value));
        Ok(())
    }

    async fn send(&self, request: &str) -> Result<Exchange> {
        let words = self.fill(request)?;
        let (who, words) = words.split_once(' ').context("who asks what")?;
        let (method, words) = match who {
            "control" => words.split_once(' ').context("method and path")?,
            _ => ("POST", words),
        };
        let (target, body) = words.split_once(' ').unwrap_or((words, ""));
        let url = match who {
            "bot" => format!("{}/bot{BOT}/{target}", self.bot_api),
            "other" => format!("{}/bot{OTHER}/{target}", self.bot_api),
            "control" => format!("{}{target}", self.control),
            _ => bail!("nobody is called {who}"),
        };
        let mut call = self.server.http().request(method.parse::<Method>()?, url);
        if !body.is_empty() {
            call = call.header("content-type", "application/json").body(body.to_owned());
        }
        let answer = call.send().await?;
        let (status, headers) = (answer.status().as_u16(), shown_headers(answer.headers()));
        Ok(Exchange { request: request.to_owned(), status, headers, body: answer.text().await? })
    }

    /// Puts named values and repeated letters where the line names them.
    fn fill(&self, line: &str) -> Result<String> {
        let mut filled = line.to_owned();
        for (name, value) in &self.hidden {
            filled = filled.replace(&format!("{{{name}}}"), value);
            if let Ok(number) = value.parse::<i64>() {
                filled = filled.replace(&format!("{{{name}+1}}"), &(number + 1).to_string());
            }
        }
        while let Some((before, (letters, count), after)) = repetition(&filled) {
            filled = format!("{before}{}{after}", letters.repeat(count));
        }
        Ok(filled)
    }
}

/// The first `{letters*count}` of a line, with the text around it.
fn repetition(line: &str) -> Option<(&str, (&str, usize), &str)> {
    line.match_indices('{').find_map(|(start, _)| {
        let (inner, after) = line.get(start + 1..)?.split_once('}')?;
        let (letters, count) = inner.split_once('*').filter(|(letters, _)| !letters.contains('{'))?;
        Some((line.get(..start)?, (letters, count.parse().ok()?), after))
    })
}

/// All headers of an answer but the date and the length, a line each.
fn shown_headers(headers: &HeaderMap) -> String {
    let mut lines: Vec<String> = headers
        .iter()
        .filter(|(name, _)| ![DATE, CONTENT_LENGTH].contains(name))
        .map(|(name, value)| format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    lines.concat()
}

/// JSON with a line for each value, its fields in the order of the answer; anything else as it is.
fn laid_out(body: &str) -> String {
    if serde_json::from_str::<Value>(body).is_err() {
        return body.to_owned();
    }
    let (mut out, mut depth, mut in_string, mut is_escaped) = (String::new(), 0, false, false);
    let new_line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    for letter in body.chars() {
        if in_string {
            out.push(letter);
            in_string = is_escaped || letter != '"';
            is_escaped = letter == '\\' && !is_escaped;
            continue;
        }
        match letter {
            '{' | '[' => {
                depth += 1;
                out.push(letter);
                new_line(&mut out, depth);
            }
            '}' | ']' => {
                depth -= 1;
                // Empty objects and arrays stay on one line.
                match out.trim_end().ends_with(['{', '[']) {
                    true => out.truncate(out.trim_end().len()),
                    false => new_line(&mut out, depth),
                }
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                in_string = letter == '"';
                out.push(letter);
            }
        }
    }
    out
}

/// A bot's first `update_id` is random: shows each as its distance from the first one.
fn relative_update_ids(text: &str) -> String {
    const FIELD: &str = "\"update_id\": ";
    let mut first: Option<i64> = None;
    let mut parts = text.split(FIELD);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let (digits, rest) = part.split_at(end);
        let number = digits.parse::<i64>().unwrap_or_default();
        let distance = number - *first.get_or_insert(number);
        out += &format!("{FIELD}{{first update}}+{distance}{rest}");
    }
    out
}

/// Hides durations, which differ between runs.
fn without_durations(text: &str) -> String {
    const FIELD: &str = "\"micros\": ";
    let mut parts = text.split(FIELD);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        format!("{out}{FIELD}{{micros}}{}", part.trim_start_matches(|letter: char| letter.is_ascii_digit()))
    })
}

/// The scripts of a folder: names without their ending, and texts.
///
/// # Errors
///
/// If the folder can't be read.
pub fn scripts(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut scripts = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let name = path.file_stem().and_then(|name| name.to_str()).context("a name")?.to_owned();
            scripts.push((name, std::fs::read_to_string(&path)?));
        }
    }
    scripts.sort();
    Ok(scripts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_in_its_own_order() {
        let body = r#"{"b":"{\"x\":[1,2]} \\","a":[],"c":[{"d":1},{}]}"#;
        let expected = "{\n  \"b\": \"{\\\"x\\\":[1,2]} \\\\\",\n  \"a\": [],\n  \"c\": [\n    {\n      \"d\": 1\n    },\n    {}\n  ]\n}";
        assert_eq!(laid_out(body), expected);
        assert_eq!(laid_out("{no json"), "{no json");
    }

    #[test]
    fn letters_are_repeated() {
        let (before, repeated, after) = repetition(r#"{"a": "{x*3}", "b": 1}"#).unwrap();
        assert_eq!((before, repeated, after), (r#"{"a": ""#, ("x", 3), r#"", "b": 1}"#));
        assert_eq!(repetition("{\"a\": 2}"), None);
    }

    #[test]
    fn durations_are_not_shown() {
        let text = "\"micros\": 70,\n\"micros\": 123\n\"at\": 70";
        assert_eq!(without_durations(text), "\"micros\": {micros},\n\"micros\": {micros}\n\"at\": 70");
    }

    #[test]
    fn update_ids_are_shown_by_their_distance() {
        let text = "\"update_id\": 70,\n\"update_id\": 72\n\"message_id\": 70";
        let expected =
            "\"update_id\": {first update}+0,\n\"update_id\": {first update}+2\n\"message_id\": 70";
        assert_eq!(relative_update_ids(text), expected);
    }
}
