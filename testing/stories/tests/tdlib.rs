//! TDLib as a user's app. Bots on TDLib are tested in the stories.

use anyhow::Result;
use parlor_stories::{Library, PROXY_SECRET, Program, play_person};

/// A TDLib program signs in and talks to a Telethon bot.
async fn person(password: Option<&str>) -> Result<()> {
    let bot = Program::from(Library::Telethon).on_server(&["--proxy-secret", PROXY_SECRET]);
    let expected = [
        "me Ann 9996621234",
        "bot b123456_bot chatTypePrivate",
        "nobody refused 400",
        "reply Hi!",
        "reply Hi! deep-link",
        "answer Thanks True",
        "edit Done",
        "chats loaded 404",
        "dialogs ['b123456_bot']",
        "history ['/start', 'Hi!', '/start', 'Hi! deep-link', '/buttons', 'Done']",
        "found 0",
        "about About What I do",
        "blocked YOU_BLOCKED_USER",
        "reply You wrote: again",
        "left 0",
        "me Anna",
        "sessions 1 True",
        "out",
    ];
    play_person(bot, Program::tdlib("tdlib_user.py"), password, &expected).await
}

#[tokio::test]
async fn tdlib_plays_the_person() -> Result<()> {
    person(None).await
}

#[tokio::test]
async fn tdlib_plays_a_person_with_a_password() -> Result<()> {
    person(Some("correct horse")).await
}
