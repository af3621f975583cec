//! /mybots: the same by buttons under one message, which is edited from menu to menu.

use super::talk::Talk;
use super::words::{self, Words};
use super::{ID, Topic};
use crate::account::RevokeToken;
use crate::callback::{Answer, AnswerCallback};
use crate::dialog::ChatRef;
use crate::markup::{ButtonAction, InlineButton, Markup};
use crate::message::{EditText, Route};
use crate::text::Text;
use crate::{BotId, CallbackId, MessageId};

/// A menu of one bot.
#[derive(Clone, Copy)]
enum Menu {
    Main,
    Token,
    Edit,
    Settings,
}

const EDIT: [Topic; 4] = [Topic::Name, Topic::About, Topic::Description, Topic::Commands];
const SETTINGS: [Topic; 4] = [Topic::Inline, Topic::JoinGroups, Topic::Privacy, Topic::Domain];

impl Talk<'_> {
    /// Answers a press: `list`, `<bot>`, `<bot>/<menu or command>`.
    pub(super) fn pressed(mut self, id: CallbackId, message: MessageId, data: &str) {
        let answer = Answer { text: String::new(), show_alert: false, url: String::new(), cache_time: 0 };
        let _ = self.act(&AnswerCallback { bot: ID, id, answer });
        if data == "list" {
            return self.list_bots(Some(message));
        }
        let (bot, what) = data.split_once('/').unwrap_or((data, ""));
        let bot = bot.parse().ok().map(BotId).filter(|bot| self.own(*bot).is_some());
        let Some(bot) = bot else { return self.say(words::NO_SUCH_BOT, &[]) };
        match what {
            "" => self.show(message, bot, Menu::Main),
            "token" => self.show(message, bot, Menu::Token),
            "edit" => self.show(message, bot, Menu::Edit),
            "settings" => self.show(message, bot, Menu::Settings),
            "revoke" => {
                let _ = self.act(&RevokeToken { bot });
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

    /// The list of bots, in a new message or in the place of a menu.
    pub(super) fn list_bots(&mut self, place: Option<MessageId>) {
        let key = |bot: &crate::account::Bot| button(&format!("@{}", bot.username), bot.id.to_string());
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

    fn show(&mut self, message: MessageId, bot: BotId, menu: Menu) {
        let to = |words: Words, what: &str| button(self.pick(words), format!("{bot}/{what}"));
        let back = vec![to(words::KEY_BOT, "")];
        let topics = |topics: [Topic; 4]| {
            let keys = topics.map(|topic| to(topic.key(), topic.command()));
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
            Menu::Edit => (words::EDIT_INFO, topics(EDIT)),
            Menu::Settings => (words::SETTINGS, topics(SETTINGS)),
        };
        self.edit(message, self.text_about(text, bot), rows);
    }

    fn edit(&mut self, message: MessageId, text: Text, rows: Vec<Vec<InlineButton>>) {
        let route = Route::Bot(ID, ChatRef::Id(self.user.0));
        // A second press on the same button changes nothing.
        let _ = self.act(&EditText {
            route,
            message,
            text,
            link_preview: None,
            markup: Some(Markup::Inline(rows)),
        });
    }
}

fn button(text: &str, data: String) -> InlineButton {
    InlineButton { text: text.to_owned(), style: String::new(), action: ButtonAction::Callback(data) }
}
