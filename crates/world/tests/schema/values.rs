//! Exemplars of values inside of events.

use super::groups::GROUP;
use super::{BOT, USER, reference};
use parlor_world::content::{Content, GroupChange, LinkPreview, StartPress, TextContent, WriteAccess};
use parlor_world::markup::{
    ButtonAction, ButtonStyle, InlineButton, Keyboard, KeyboardButton, KeyboardRequest, Markup,
};
use parlor_world::refusal::BotTextKind;
use parlor_world::state::bot_questions::{Question, Topic};
use parlor_world::state::bot_settings::{CommandScope, MenuButton};
use parlor_world::state::dialog::ChatAction;
use parlor_world::text::{Entity, EntityKind, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub(super) fn contents() -> Vec<Content> {
    let text = |kind| Text { text: "word".into(), entities: vec![Entity { kind, offset: 0, length: 4 }] };
    let url = Some("https://a.example".to_owned());
    let link_preview = Some(LinkPreview { disabled: true, url, small: true, large: true, above: true });
    let press = StartPress { shown: Text::plain("/start"), payload: "x".into() };
    exemplars! {
        Content::Text(_) => Content::Text(TextContent { text: text(EntityKind::Bold), link_preview }),
        Content::Start(_) => Content::Start(press),
        Content::MessagePinned(_) => Content::MessagePinned(reference()),
        Content::WriteAllowed(_) => Content::WriteAllowed(WriteAccess::Request),
        Content::GroupChanged(_) => Content::GroupChanged(GroupChange::JoinedByRequest),
    }
}

pub(super) fn entities() -> Vec<EntityKind> {
    use EntityKind::*;
    let url = "https://a.example".to_owned();
    exemplars! {
        Blockquote { .. } => Blockquote { expandable: true },
        Pre { .. } => Pre { language: "rust".to_owned() },
        Code => Code,
        TextLink { .. } => TextLink { url },
        TextMention { .. } => TextMention { user: USER },
        CustomEmoji { .. } => CustomEmoji { id: 9 },
        DateTime { .. } => DateTime { unix_time: 1_790_000_000, format: "wd".to_owned() },
        Bold => Bold,
        Italic => Italic,
        Underline => Underline,
        Strikethrough => Strikethrough,
        Spoiler => Spoiler,
        Mention => Mention,
        Hashtag => Hashtag,
        Cashtag => Cashtag,
        BotCommand => BotCommand,
        Url => Url,
        Email => Email,
        PhoneNumber => PhoneNumber,
        BankCard => BankCard,
    }
}

pub(super) fn markups() -> Vec<Markup> {
    let text = "Yes".to_owned();
    let placeholder = Some("Answer".to_owned());
    let actions = exemplars! {
        ButtonAction::Url(_) => ButtonAction::Url("https://a.example".to_owned()),
        ButtonAction::Callback(_) => ButtonAction::Callback("more".to_owned()),
        ButtonAction::WebApp(_) => ButtonAction::WebApp("https://a.example/app".to_owned()),
        ButtonAction::LoginUrl { .. } => ButtonAction::LoginUrl {
            url: "https://a.example/login".to_owned(),
            forward_text: "Log in".to_owned(),
            bot_username: "weather_bot".to_owned(),
            request_write_access: true,
        },
        ButtonAction::SwitchInline(_) => ButtonAction::SwitchInline("cats".to_owned()),
        ButtonAction::SwitchInlineCurrent(_) => ButtonAction::SwitchInlineCurrent("cats".to_owned()),
        ButtonAction::CopyText(_) => ButtonAction::CopyText("code".to_owned()),
    };
    let styles = exemplars! {
        ButtonStyle::Danger => ButtonStyle::Danger,
        ButtonStyle::Success => ButtonStyle::Success,
        ButtonStyle::Primary => ButtonStyle::Primary,
    };
    let requests = exemplars! {
        KeyboardRequest::Contact => KeyboardRequest::Contact,
        KeyboardRequest::Location => KeyboardRequest::Location,
        KeyboardRequest::Poll(_) => KeyboardRequest::Poll("quiz".to_owned()),
        KeyboardRequest::WebApp(_) => KeyboardRequest::WebApp("https://a.example/app".to_owned()),
    };
    let mut styles = styles.into_iter().cycle();
    let inline =
        actions.into_iter().map(|action| InlineButton { text: text.clone(), style: styles.next(), action });
    let keys = requests.into_iter().map(|request| KeyboardButton {
        text: text.clone(),
        style: None,
        request: Some(request),
    });
    let keyboard = Keyboard {
        rows: vec![keys.collect()],
        persistent: true,
        resize: true,
        one_time: true,
        placeholder: placeholder.clone(),
        selective: true,
    };
    exemplars! {
        Markup::Inline(_) => Markup::Inline(vec![inline.collect()]),
        Markup::Keyboard(_) => Markup::Keyboard(keyboard),
        Markup::Remove { .. } => Markup::Remove { selective: true },
        Markup::ForceReply { .. } => Markup::ForceReply { placeholder, selective: true },
    }
}

pub(super) fn small() -> Small {
    use ChatAction::*;
    let domain = "a.example".to_owned();
    Small {
        accesses: exemplars! {
            WriteAccess::Website { .. } => WriteAccess::Website { domain },
            WriteAccess::WebApp { .. } => WriteAccess::WebApp { name: "shop".to_owned() },
            WriteAccess::AttachmentMenu => WriteAccess::AttachmentMenu,
            WriteAccess::Request => WriteAccess::Request,
        },
        actions: exemplars! {
            Typing => Typing,
            UploadPhoto => UploadPhoto,
            RecordVideo => RecordVideo,
            UploadVideo => UploadVideo,
            RecordVoice => RecordVoice,
            UploadVoice => UploadVoice,
            UploadDocument => UploadDocument,
            ChooseSticker => ChooseSticker,
            FindLocation => FindLocation,
            RecordVideoNote => RecordVideoNote,
            UploadVideoNote => UploadVideoNote,
        },
        scopes: exemplars! {
            CommandScope::Default => CommandScope::Default,
            CommandScope::AllPrivateChats => CommandScope::AllPrivateChats,
            CommandScope::AllGroupChats => CommandScope::AllGroupChats,
            CommandScope::AllChatAdministrators => CommandScope::AllChatAdministrators,
            CommandScope::Chat(_) => CommandScope::Chat(USER),
            CommandScope::Group(_) => CommandScope::Group(GROUP),
            CommandScope::GroupAdministrators(_) => CommandScope::GroupAdministrators(GROUP),
            CommandScope::GroupMember(..) => CommandScope::GroupMember(GROUP, USER),
        },
        buttons: exemplars! {
            MenuButton::Default => MenuButton::Default,
            MenuButton::Commands => MenuButton::Commands,
            MenuButton::WebApp { .. } => MenuButton::WebApp { text: String::new(), url: String::new() },
        },
        texts: exemplars! {
            BotTextKind::Name => BotTextKind::Name,
            BotTextKind::Description => BotTextKind::Description,
            BotTextKind::ShortDescription => BotTextKind::ShortDescription,
            BotTextKind::Domain => BotTextKind::Domain,
            BotTextKind::InlinePlaceholder => BotTextKind::InlinePlaceholder,
        },
        questions: exemplars! {
            Question::NewName => Question::NewName,
            Question::NewUsername { .. } => Question::NewUsername { name: "Tetris".to_owned() },
            Question::Which { .. } => Question::Which { topic: Topic::Token },
            Question::Value { .. } => Question::Value { topic: Topic::Name, bot: BOT },
        },
        topics: exemplars! {
            Topic::Token => Topic::Token,
            Topic::Revoke => Topic::Revoke,
            Topic::Name => Topic::Name,
            Topic::Description => Topic::Description,
            Topic::About => Topic::About,
            Topic::Commands => Topic::Commands,
            Topic::Domain => Topic::Domain,
            Topic::JoinGroups => Topic::JoinGroups,
            Topic::Privacy => Topic::Privacy,
            Topic::BotToBot => Topic::BotToBot,
            Topic::Inline => Topic::Inline,
            Topic::Delete => Topic::Delete,
        },
    }
}

/// Enums inside of other values.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Small {
    accesses: Vec<WriteAccess>,
    actions: Vec<ChatAction>,
    scopes: Vec<CommandScope>,
    buttons: Vec<MenuButton>,
    texts: Vec<BotTextKind>,
    questions: Vec<Question>,
    topics: Vec<Topic>,
}
