//! Keyboards under and instead of the text field.

use crate::refusal::{ButtonKind, Refusal};
use serde::{Deserialize, Serialize};

/// Callback data has 1 to 64 bytes.
pub const MAX_CALLBACK_DATA: usize = 64;
/// More buttons than this are refused (`REPLY_MARKUP_TOO_LONG`); inline keyboards hold 100.
pub const MAX_BUTTONS: usize = 300;
/// All texts, data and links of a keyboard together, in bytes.
pub const MAX_MARKUP_BYTES: usize = 1 << 15;
/// Buttons that an inline keyboard may have.
pub const MAX_INLINE_BUTTONS: usize = 100;

/// What a message brings along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Markup {
    /// Buttons under the message.
    Inline(Vec<Vec<InlineButton>>),
    /// Buttons instead of the text field's keyboard.
    Keyboard(Keyboard),
    /// The custom keyboard goes away.
    Remove { selective: bool },
    /// The app behaves as if the user had chosen to reply.
    ForceReply { placeholder: Option<String>, selective: bool },
}

/// A custom keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Keyboard {
    /// Its buttons.
    pub rows: Vec<Vec<KeyboardButton>>,
    /// Always shown when the app's own keyboard is hidden.
    pub persistent: bool,
    /// Fit its height to the buttons.
    pub resize: bool,
    /// Hide it once it was used.
    pub one_time: bool,
    /// Shown in the empty text field; up to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// For mentioned users only.
    pub selective: bool,
}

/// The colour of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonStyle {
    Danger,
    Success,
    Primary,
}

impl ButtonStyle {
    /// By its Bot API name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Danger, Self::Success, Self::Primary].into_iter().find(|style| style.name() == name)
    }

    /// Its Bot API name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Success => "success",
            Self::Primary => "primary",
        }
    }
}

/// A button of a custom keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyboardButton {
    /// What it says, and sends.
    pub text: String,
    /// Its colour, if not the app's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<ButtonStyle>,
    /// What it asks for instead of sending its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<KeyboardRequest>,
}

/// What a keyboard button asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyboardRequest {
    /// The user's phone number.
    Contact,
    /// The user's place.
    Location,
    /// A poll: any, `quiz` or `regular`.
    Poll(String),
    /// Launch this mini app.
    WebApp(String),
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineButton {
    /// What it says.
    pub text: String,
    /// Its colour, if not the app's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<ButtonStyle>,
    /// What it does.
    pub action: ButtonAction,
}

/// What an inline button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonAction {
    /// Opens a link.
    Url(String),
    /// Asks the bot, with this data.
    Callback(String),
    /// Launches a mini app.
    WebApp(String),
    /// Logs in on a website.
    LoginUrl { url: String, forward_text: String, bot_username: String, request_write_access: bool },
    /// Inline mode in a chat of the user's choice.
    SwitchInline(String),
    /// Inline mode in this chat.
    SwitchInlineCurrent(String),
    /// Copies a text.
    CopyText(String),
}

impl Markup {
    /// Whether it is an inline keyboard without buttons, which a new message gets as no keyboard.
    pub(crate) fn is_empty(&self) -> bool {
        self.inline().is_some_and(<[_]>::is_empty)
    }

    /// The server's checks, in the order of the buttons.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if self.size() > MAX_MARKUP_BYTES {
            return Err(Refusal::ReplyMarkupTooLong);
        }
        match self {
            Self::Inline(rows) => {
                let buttons = rows.iter().flatten();
                if buttons.clone().count() > MAX_INLINE_BUTTONS {
                    return Err(Refusal::ReplyMarkupTooLong);
                }
                buttons.into_iter().try_for_each(InlineButton::check)
            }
            Self::Keyboard(keyboard) => {
                let mut buttons = keyboard.rows.iter().flatten();
                if buttons.clone().count() > MAX_BUTTONS {
                    return Err(Refusal::ReplyMarkupTooLong);
                }
                match buttons.any(|button| button.text.is_empty()) {
                    true => Err(Refusal::ButtonTextEmpty(ButtonKind::Keyboard)),
                    false => Ok(()),
                }
            }
            Self::Remove { .. } | Self::ForceReply { .. } => Ok(()),
        }
    }

    /// The bytes of all its texts.
    fn size(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        match self {
            Self::Inline(rows) => rows.iter().flatten().map(InlineButton::size).sum(),
            Self::Keyboard(keyboard) => {
                let buttons = keyboard.rows.iter().flatten();
                buttons.map(|button| button.text.len()).sum::<usize>() + length(&keyboard.placeholder)
            }
            Self::ForceReply { placeholder, .. } => length(placeholder),
            Self::Remove { .. } => 0,
        }
    }

    /// The rows of an inline keyboard.
    pub fn inline(&self) -> Option<&[Vec<InlineButton>]> {
        match self {
            Self::Inline(rows) => Some(rows),
            _ => None,
        }
    }
}

impl InlineButton {
    fn size(&self) -> usize {
        let action = match &self.action {
            ButtonAction::LoginUrl { url, forward_text, bot_username, .. } => {
                url.len() + forward_text.len() + bot_username.len()
            }
            ButtonAction::Url(text)
            | ButtonAction::Callback(text)
            | ButtonAction::WebApp(text)
            | ButtonAction::SwitchInline(text)
            | ButtonAction::SwitchInlineCurrent(text)
            | ButtonAction::CopyText(text) => text.len(),
        };
        self.text.len() + action
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.text.is_empty() {
            return Err(Refusal::ButtonTextEmpty(ButtonKind::Inline));
        }
        match &self.action {
            ButtonAction::Callback(data) if !(1..=MAX_CALLBACK_DATA).contains(&data.len()) => {
                Err(Refusal::ButtonDataInvalid)
            }
            ButtonAction::Url(url) | ButtonAction::WebApp(url) | ButtonAction::LoginUrl { url, .. } => {
                if is_link(url) {
                    Ok(())
                } else {
                    Err(Refusal::ButtonUrlInvalid(url.clone()))
                }
            }
            _ => Ok(()),
        }
    }
}

/// Something that an app would open: `http`, `https`, `ton` or `tg`, or a bare host with a dot.
pub(crate) fn is_link(url: &str) -> bool {
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return false;
    }
    match url.split_once(':') {
        Some((scheme, rest)) if ["tg", "ton"].contains(&scheme.to_ascii_lowercase().as_str()) => {
            !rest.is_empty()
        }
        _ => {
            let bare = url.split_once("://");
            if let Some((scheme, _)) = bare
                && !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str())
            {
                return false;
            }
            let host = bare.map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default();
            let name = host.rsplit('@').next().unwrap_or_default();
            let name = name.split(':').next().unwrap_or_default();
            let labels = name.split('.').collect::<Vec<_>>();
            labels.len() > 1 && labels.iter().all(|label| !label.is_empty())
                || name == "localhost"
                || host.starts_with('[')
        }
    }
}
