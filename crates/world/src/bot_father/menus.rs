//! /mybots: the same by buttons under one message, which is edited from menu to menu.

use super::conversation::Conversation;
use super::words;
use crate::ids::{AccountId, MessageId, QueryId};
use crate::markup::{ButtonAction, InlineButton, Markup};
use crate::ops::account::RevokeToken;
use crate::ops::message::{EditMessage, MessageEdit};
use crate::ops::query::AnswerQuery;
use crate::state::account::{BOT_FATHER, Bot, Localized};
use crate::state::bot_questions::Topic;
use crate::state::query::QueryAnswer;
use crate::text::Text;

/// A menu of one bot.
#[derive(Clone, Copy)]
enum Menu {
    Main,
    Token,
    Edit,
    Settings,
}

const EDIT: [Topic; 4] = [Topic::Name, Topic::About, Topic::Description, Topic::Commands];
const SETTINGS: [Topic; 5] =
    [Topic::Inline, Topic::JoinGroups, Topic::Privacy, Topic::BotToBot, Topic::Domain];

impl Conversation<'_> {
    /// Answers a press: `list`, `<bot>`, `<bot>/<menu or command>`.
    pub(super) fn pressed(mut self, id: QueryId, message: MessageId, data: &str) {
        self.act_if_possible(&AnswerQuery { bot: BOT_FATHER, query: id, answer: QueryAnswer::default() });
        if data == "list" {
            return self.list_bots(Some(message));
        }
        let (bot, what) = data.split_once('/').unwrap_or((data, ""));
        let bot = bot.parse().ok().map(AccountId).filter(|bot| self.own(*bot).is_some());
        let Some(bot) = bot else { return self.say(words::NO_SUCH_BOT, &[]) };
        match what {
            "" => self.show(message, bot, Menu::Main),
            "token" => self.show(message, bot, Menu::Token),
            "edit" => self.show(message, bot, Menu::Edit),
            "settings" => self.show(message, bot, Menu::Settings),
            "revoke" => {
                self.act_if_possible(&RevokeToken { bot });
                self.show(message, bot, Menu::Token);
            }
            command => {
                let topics = EDIT.iter().chain(&SETTINGS).chain(&[Topic::Delete]);
                if let Some(topic) = topics.into_iter().find(|topic| topic.command() == command) {
                    self.ask_value(*topic, bot);
                }
            }
        }
    }

    /// The list of bots, in a new message or instead of a menu.
    pub(super) fn list_bots(&mut self, place: Option<MessageId>) {
        let key = |bot: &Bot| button(&format!("@{}", bot.username), bot.id.to_string());
        let keys: Vec<InlineButton> = self.offered().map(key).collect();
        if keys.is_empty() {
            return self.say(words::NO_BOTS, &[]);
        }
        let rows = keys.chunks(2).map(<[InlineButton]>::to_vec).collect();
        let text = Text::plain(self.pick(words::CHOOSE_FROM_LIST));
        match place {
            Some(message) => self.edit(message, text, rows),
            None => self.send(text, Some(Markup::Inline(rows))),
        }
    }

    fn show(&mut self, message: MessageId, bot: AccountId, menu: Menu) {
        let to = |words: Localized, what: &str| button(self.pick(words), format!("{bot}/{what}"));
        let back = vec![to(words::KEY_BOT, "")];
        let topics = |topics: &[Topic]| {
            let keys: Vec<_> = topics.iter().map(|topic| to(topic.key(), topic.command())).collect();
            let mut rows: Vec<_> = keys.chunks(2).map(<[InlineButton]>::to_vec).collect();
            rows.push(back.clone());
            rows
        };
        let (text, rows) = match menu {
            Menu::Main => (
                words::HERE_IT_IS,
                vec![
                    vec![to(words::KEY_TOKEN, "token"), to(words::KEY_EDIT, "edit")],
                    vec![to(words::KEY_SETTINGS, "settings"), to(words::KEY_DELETE, Topic::Delete.command())],
                    vec![button(self.pick(words::KEY_LIST), "list".to_owned())],
                ],
            ),
            Menu::Token => (words::HERE_IS_TOKEN, vec![vec![to(words::KEY_REVOKE, "revoke")], back]),
            Menu::Edit => (words::EDIT_INFO, topics(&EDIT)),
            Menu::Settings => (words::SETTINGS, topics(&SETTINGS)),
        };
        self.edit(message, self.text_about(text, bot), rows);
    }

    fn edit(&mut self, message: MessageId, text: Text, rows: Vec<Vec<InlineButton>>) {
        // A second press on the same button changes nothing, and is refused.
        self.act_if_possible(&EditMessage {
            actor: BOT_FATHER.into(),
            target: self.user.into(),
            message,
            edit: MessageEdit::Text { text, link_preview: None },
            markup: Some(Markup::Inline(rows)),
        });
    }
}

fn button(text: &str, data: String) -> InlineButton {
    InlineButton { text: text.to_owned(), style: None, action: ButtonAction::Callback(data) }
}
