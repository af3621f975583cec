//! Private chats without a bot: users write to users, and to themselves.

use anyhow::{Result, ensure};
use parlor_stories::{Program, Server};
use serde_json::json;
use std::process::Stdio;

#[tokio::test]
async fn telethon_plays_two_users() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    for (id, name, phone) in [(2001, "Ann", "+99966 2 1234"), (2002, "Bob", "+99966 2 5678")] {
        let username = format!("{}_user", name.to_lowercase());
        let user = json!({"id": id, "first_name": name, "username": username, "phone": phone});
        server.control("POST", "/users", user).await?;
    }
    let program = Program::python("telethon_users.py").argument("+9996621234").argument("+9996625678");
    let output = program.command(&server.root, 1).stderr(Stdio::piped()).output().await?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let expected = [
        "found Ann None",
        "sent Hello True",
        "bob message Hello False",
        "ann typing",
        "unread [('Ann', 1)]",
        "ann True",
        "unread [('Ann', 0)]",
        "bob edited Hello, Bob False",
        "pinned MessageActionPinMessage None",
        "ann message Hello, Ann False",
        "reply Hello, Bob",
        "history ['Hello, Bob', None, 'Hello, Ann']",
        "ann deleted 1",
        "UserIsBlockedError",
        "YouBlockedUserError",
        "PeerIdInvalidError",
        "note a note True True",
        "forwarded Hello, Bob True",
        "service None",
        "history ['Hello, Bob', 'a note']",
        "found ['a note']",
        "unread [('Ann', 0), ('Bob', 0)]",
        "left ['Hello, Bob']",
    ];
    ensure!(said.lines().collect::<Vec<_>>() == expected, "{said}");
    Ok(())
}
