//! `parlor session ACCOUNT`: creates an MTProto session that is already logged in, as session strings and as session
//! files of client libraries.

use crate::cli::SessionCommand;
use anyhow::{Context, Result, ensure};
use parlor_wire_mtproto::AuthKey;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// The session that a running server created.
struct NewSession {
    /// The whole answer of the control API.
    answer: Value,
    dc: i64,
    host: String,
    port: i64,
    key: Vec<u8>,
}

pub(crate) async fn run(command: SessionCommand) -> Result<ExitCode> {
    let root = command.server.clone().unwrap_or_else(|| format!("http://{}", command.listen));
    let session = create(&root, &command.account, command.control_token.as_deref()).await?;
    if let Some(file) = &command.telethon {
        write_telethon(file, &session).with_context(|| file.display().to_string())?;
    }
    if let Some(file) = &command.kurigram {
        write_kurigram(file, &session).with_context(|| file.display().to_string())?;
    }
    let _ = writeln!(std::io::stdout(), "{:#}", session.answer);
    Ok(ExitCode::SUCCESS)
}

async fn create(root: &str, account: &str, token: Option<&str>) -> Result<NewSession> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut request = client.post(format!("{root}/control/sessions"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.json(&json!({ "account": account })).send().await?;
    let is_success = answer.status().is_success();
    let answer: Value = answer.json().await?;
    ensure!(is_success, "{}", answer["detail"].as_str().unwrap_or("the server refused"));
    let key = answer["auth_key"].as_str().and_then(AuthKey::from_hex).context("auth_key")?.bytes().to_vec();
    Ok(NewSession {
        dc: answer["dc_id"].as_i64().context("dc_id")?,
        host: answer["host"].as_str().context("host")?.to_owned(),
        port: answer["port"].as_i64().context("port")?,
        key,
        answer,
    })
}

/// Creates a database, but never overwrites a file: it may be a session that is still needed.
fn create_file(file: &Path) -> Result<Connection> {
    ensure!(!file.exists(), "the file exists already");
    Ok(Connection::open(file)?)
}

/// Writes a session file of Telethon, version 7. Newer versions of Telethon upgrade it.
fn write_telethon(file: &Path, session: &NewSession) -> Result<()> {
    let db = create_file(file)?;
    db.execute_batch(
        "create table version (version integer primary key);
         insert into version values (7);
         create table sessions (
             dc_id integer primary key, server_address text, port integer, auth_key blob, takeout_id integer);
         create table entities (
             id integer primary key, hash integer not null, username text, phone integer, name text, date integer);
         create table sent_files (
             md5_digest blob, file_size integer, type integer, id integer, hash integer,
             primary key(md5_digest, file_size, type));
         create table update_state (
             id integer primary key, pts integer, qts integer, date integer, seq integer);",
    )?;
    let NewSession { dc, host, port, key, .. } = session;
    db.execute("insert into sessions values (?, ?, ?, ?, null)", params![dc, host, port, key])?;
    Ok(())
}

/// Writes a session file of Kurigram, version 7.
fn write_kurigram(file: &Path, session: &NewSession) -> Result<()> {
    let db = create_file(file)?;
    db.execute_batch(
        "create table version (number integer primary key);
         insert into version values (7);
         create table sessions (
             dc_id integer primary key, server_address text, port integer, api_id integer, test_mode integer,
             auth_key blob, date integer not null, user_id integer, is_bot integer);
         create table peers (
             id integer primary key, access_hash integer, type integer not null, phone_number text,
             last_update_on integer not null default (cast(strftime('%s', 'now') as integer)));
         create table usernames (id integer, username text, foreign key (id) references peers(id));
         create table update_state (
             id integer primary key, pts integer, qts integer, date integer, seq integer);
         create index idx_peers_id on peers (id);
         create index idx_peers_phone_number on peers (phone_number);
         create index idx_usernames_id on usernames (id);
         create index idx_usernames_username on usernames (username);",
    )?;
    let NewSession { dc, host, port, key, answer } = session;
    let (account, is_bot) = (answer["account_id"].as_i64(), answer["is_bot"].as_bool());
    db.execute(
        "insert into sessions values (?, ?, ?, 1, 0, ?, 0, ?, ?)",
        params![dc, host, port, key, account, is_bot],
    )?;
    Ok(())
}
