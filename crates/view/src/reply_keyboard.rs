use crate::markup::non_empty;
use parlor_wire_bot_api::objects::{
    ForceReply, KeyboardButton, KeyboardButtonPollType, ReplyKeyboardMarkup, ReplyKeyboardRemove, WebAppInfo,
};
use parlor_world::markup as world;
use serde::Serialize;

/// What a message does to the user's keyboard: the values of `reply_markup` that no `Message` has, since bots are told
/// of inline keyboards only.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ReplyKeyboard {
    /// A custom keyboard.
    Keyboard(ReplyKeyboardMarkup),
    /// Removes the custom keyboard.
    Remove(ReplyKeyboardRemove),
    /// The app behaves as if the user had chosen to reply.
    ForceReply(ForceReply),
}

/// Returns `None` for an inline keyboard.
pub fn reply_keyboard(own: &world::Markup) -> Option<ReplyKeyboard> {
    Some(match own {
        world::Markup::Inline(_) => return None,
        world::Markup::Keyboard(own) => ReplyKeyboard::Keyboard(keyboard(own)),
        world::Markup::Remove { selective } => {
            ReplyKeyboard::Remove(ReplyKeyboardRemove { remove_keyboard: true, selective: yes(*selective) })
        }
        world::Markup::ForceReply { placeholder, selective } => ReplyKeyboard::ForceReply(ForceReply {
            force_reply: true,
            input_field_placeholder: placeholder.clone(),
            selective: yes(*selective),
        }),
    })
}

fn yes(flag: bool) -> Option<bool> {
    flag.then_some(true)
}

fn keyboard(own: &world::Keyboard) -> ReplyKeyboardMarkup {
    ReplyKeyboardMarkup {
        keyboard: own.rows.iter().map(|row| row.iter().map(button).collect()).collect(),
        is_persistent: yes(own.persistent),
        resize_keyboard: yes(own.resize),
        one_time_keyboard: yes(own.one_time),
        input_field_placeholder: own.placeholder.clone(),
        selective: yes(own.selective),
        ..ReplyKeyboardMarkup::default()
    }
}

fn button(own: &world::KeyboardButton) -> KeyboardButton {
    let mut button = KeyboardButton {
        text: own.text.clone(),
        style: own.style.map(|style| style.name().to_owned()),
        ..KeyboardButton::default()
    };
    match &own.request {
        None => {}
        Some(world::KeyboardRequest::Contact) => button.request_contact = Some(true),
        Some(world::KeyboardRequest::Location) => button.request_location = Some(true),
        Some(world::KeyboardRequest::Poll(kind)) => {
            let poll = KeyboardButtonPollType { kind: non_empty(kind) };
            button.request_poll = Some(Box::new(poll));
        }
        Some(world::KeyboardRequest::WebApp(url)) => {
            button.web_app = Some(Box::new(WebAppInfo { url: url.clone() }))
        }
    }
    button
}
