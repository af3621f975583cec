use parlor_wire_bot_api::objects::{
    CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, LoginUrl, WebAppInfo,
};
use parlor_world::markup::{ButtonAction, InlineButton};

/// The buttons under a message.
pub(crate) fn inline_keyboard(rows: &[Vec<InlineButton>]) -> InlineKeyboardMarkup {
    let rows = rows.iter().map(|row| row.iter().map(inline_button).collect());
    InlineKeyboardMarkup { inline_keyboard: rows.collect(), ..InlineKeyboardMarkup::default() }
}

fn inline_button(own: &InlineButton) -> InlineKeyboardButton {
    let mut button = InlineKeyboardButton {
        text: own.text.clone(),
        style: own.style.map(|style| style.name().to_owned()),
        ..InlineKeyboardButton::default()
    };
    match &own.action {
        ButtonAction::Url(url) => button.url = Some(url.clone()),
        ButtonAction::Callback(data) => button.callback_data = Some(data.clone()),
        ButtonAction::WebApp(url) => button.web_app = Some(Box::new(WebAppInfo { url: url.clone() })),
        ButtonAction::LoginUrl { url, forward_text, bot_username, request_write_access } => {
            button.login_url = Some(Box::new(LoginUrl {
                url: url.clone(),
                forward_text: non_empty(forward_text),
                bot_username: non_empty(bot_username),
                request_write_access: request_write_access.then_some(true),
            }));
        }
        ButtonAction::SwitchInline(query) => button.switch_inline_query = Some(query.clone()),
        ButtonAction::SwitchInlineCurrent(query) => {
            button.switch_inline_query_current_chat = Some(query.clone());
        }
        ButtonAction::CopyText(text) => {
            button.copy_text = Some(Box::new(CopyTextButton { text: text.clone() }));
        }
    }
    button
}

pub(crate) fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
