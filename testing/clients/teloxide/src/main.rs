//! The story bot on teloxide, as its users write bots: it knows nothing of Parlor.

use std::future::IntoFuture;
use teloxide::error_handlers::LoggingErrorHandler;
use teloxide::prelude::*;
use teloxide::types::{
    CallbackQuery, ChatAction, ChatJoinRequest, ChatMemberUpdated, InlineKeyboardButton, InlineKeyboardMarkup, UserId,
};
use teloxide::update_listeners::webhooks;
use teloxide::{ApiError, RequestError};

type Done = ResponseResult<()>;

async fn attempt<T>(call: impl IntoFuture<Output = Result<T, RequestError>>) -> String {
    match call.into_future().await {
        Ok(_) => "ok".to_owned(),
        Err(RequestError::RetryAfter(seconds)) => format!("retry: {}", seconds.seconds()),
        Err(RequestError::Api(error)) => {
            let text = match error {
                ApiError::Unknown(text) => text,
                known => known.to_string(),
            };
            let kind = if text.starts_with("Forbidden") { "forbidden" } else { "bad" };
            format!("{kind}: {text}")
        }
        Err(error) => format!("other: {error}"),
    }
}

async fn member(bot: Bot, update: ChatMemberUpdated) -> Done {
    let name = |kind: &teloxide::types::ChatMemberKind| format!("{:?}", kind.status()).to_lowercase();
    let banned = |status: String| if status == "banned" { "kicked".to_owned() } else { status };
    let [old, new] = [&update.old_chat_member, &update.new_chat_member].map(|m| banned(name(&m.kind)));
    println!("member {old} {new}");
    println!("probe {}", attempt(bot.send_chat_action(update.chat.id, ChatAction::Typing)).await);
    Ok(())
}

async fn join(bot: Bot, request: ChatJoinRequest) -> Done {
    let title = request.chat.title().unwrap_or_default();
    bot.send_message(request.user_chat_id, format!("Why do you want to join {title}?")).await?;
    let (chat, user) = (request.chat.id, request.from.id);
    println!("approve {}", attempt(bot.approve_chat_join_request(chat, user)).await);
    println!("decline {}", attempt(bot.decline_chat_join_request(chat, user)).await);
    Ok(())
}

async fn pressed(bot: Bot, query: CallbackQuery) -> Done {
    bot.answer_callback_query(query.id.clone()).text("Thanks").show_alert(true).await?;
    if let Some(message) = query.message {
        bot.edit_message_text(message.chat().id, message.id(), "Done").await?;
    }
    Ok(())
}

async fn answer(bot: Bot, message: Message) -> Done {
    let Some(text) = message.text() else { return Ok(()) };
    let chat = message.chat.id;
    let (command, argument) = text.split_once(' ').unwrap_or((text, ""));
    let peer = || ChatId::from(UserId(argument.parse().unwrap_or(0)));
    let reply = match command {
        "/start" if argument.is_empty() => "Hi!".to_owned(),
        "/start" => format!("Hi! {argument}"),
        "/who" => {
            let Some(user) = message.from.as_ref() else { return Ok(()) };
            let or_none = |name: &Option<String>| name.clone().unwrap_or_else(|| "None".to_owned());
            let [last, username, language] =
                [&user.last_name, &user.username, &user.language_code].map(or_none);
            format!("{}|{last}|{username}|{language}", user.first_name)
        }
        "/buttons" => {
            let rows = [[InlineKeyboardButton::callback("Yes", "yes")]];
            bot.send_message(chat, "Sure?").reply_markup(InlineKeyboardMarkup::new(rows)).await?;
            return Ok(());
        }
        "/flood" => {
            for n in 0..20 {
                let outcome = attempt(bot.send_message(chat, format!("flood {n}"))).await;
                if outcome != "ok" {
                    println!("flood {n} {outcome}");
                    break;
                }
            }
            return Ok(());
        }
        "/long" => attempt(bot.send_message(chat, "x".repeat(5000))).await,
        "/send" => attempt(bot.send_message(peer(), "hello")).await,
        "/probe" => attempt(bot.send_chat_action(peer(), ChatAction::Typing)).await,
        _ => format!("You wrote: {text}"),
    };
    bot.send_message(chat, reply).await?;
    Ok(())
}

#[tokio::main]
async fn main() {
    let bot = Bot::from_env();
    let handler = dptree::entry()
        .branch(Update::filter_message().endpoint(answer))
        .branch(Update::filter_callback_query().endpoint(pressed))
        .branch(Update::filter_my_chat_member().endpoint(member))
        .branch(Update::filter_chat_join_request().endpoint(join));
    let mut dispatcher = Dispatcher::builder(bot.clone(), handler).build();
    match std::env::var("WEBHOOK_URL") {
        Ok(url) => {
            let url: url::Url = url.parse().expect("a URL");
            let address = (url.host_str().expect("a host"), url.port().expect("a port"));
            let address = tokio::net::lookup_host(address).await.expect("an address").next().expect("one");
            let options = webhooks::Options::new(address, url).secret_token("s3cret".to_owned());
            let listener = webhooks::axum(bot, options).await.expect("a webhook");
            dispatcher.dispatch_with_listener(listener, LoggingErrorHandler::new()).await;
        }
        Err(_) => dispatcher.dispatch().await,
    }
}
