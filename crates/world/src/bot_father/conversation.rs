//! The conversation: commands, questions, answers.

use super::words;
use crate::engine::Effects;
use crate::event::Recorded;
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::markup::{Keyboard, KeyboardButton, Markup};
use crate::ops::Command;
use crate::ops::account::{CreateBot, DeleteBot, EditBot, RevokeToken};
use crate::ops::bot::{AskQuestion, SetBotText, SetCommands};
use crate::ops::message::Send;
use crate::refusal::{BotTextKind, Refusal};
use crate::state::World;
use crate::state::account::{BOT_FATHER, BOT_FATHER_COMMANDS, Bot, BotFlags, FlagsPatch, Localized};
use crate::state::bot_questions::{Question, Topic};
use crate::state::bot_settings::{BotCommand, CommandScope};
use crate::text::{Entity, EntityKind, Text, utf16_len};

/// Bots that a keyboard offers.
const OFFERED: usize = 80;

/// BotFather's answer to one user.
pub(super) struct Conversation<'w> {
    pub(super) world: &'w mut World,
    pub(super) now: Timestamp,
    pub(super) journal: &'w mut Vec<Recorded>,
    pub(super) effects: &'w mut Effects,
    pub(super) user: AccountId,
}

impl Conversation<'_> {
    /// Answers a text: a command begins something new, everything else is the answer to the open question.
    pub(super) fn answer(mut self, text: &str) {
        let command = text.strip_prefix('/').map(|rest| {
            let name = rest.split_whitespace().next().unwrap_or_default();
            name.split('@').next().unwrap_or_default().to_lowercase()
        });
        let question = self.world.questions.get(&self.user).cloned();
        match (command.as_deref(), question) {
            (Some("empty"), Some(Question::Value { topic, bot })) => self.set(topic, bot, ""),
            (Some("cancel"), question) => self.cancel(question),
            (Some(command), _) => self.begin(command),
            (None, Some(question)) => self.go_on(question, text),
            (None, None) => self.say(words::UNKNOWN, &[]),
        }
    }

    fn begin(&mut self, command: &str) {
        self.ask(None);
        match command {
            "start" | "help" => self.help(),
            "newbot" => {
                self.ask(Some(Question::NewName));
                self.say(words::NEW_NAME, &[]);
            }
            "mybots" => self.list_bots(None),
            command => match TOPICS.iter().find(|topic| topic.command() == command) {
                Some(topic) => self.ask_which(*topic),
                None => self.say(words::UNKNOWN, &[]),
            },
        }
    }

    fn help(&mut self) {
        let lines =
            BOT_FATHER_COMMANDS.iter().map(|(command, does)| format!("/{command} - {}", self.pick(*does)));
        let lines: Vec<String> = lines.collect();
        let text = format!("{}\n\n{}", self.pick(words::HELP), lines.join("\n"));
        self.send(Text::plain(&text), None);
    }

    fn cancel(&mut self, question: Option<Question>) {
        let command = match question {
            None => return self.say(words::NOTHING_TO_CANCEL, &[]),
            Some(Question::NewName | Question::NewUsername { .. }) => "newbot",
            Some(Question::Which { topic } | Question::Value { topic, .. }) => topic.command(),
        };
        self.ask(None);
        self.say(words::CANCELLED, &[("command", command)]);
    }

    fn ask_which(&mut self, topic: Topic) {
        let names: Vec<String> = self.offered().map(|bot| format!("@{}", bot.username)).collect();
        if names.is_empty() {
            return self.say(words::NO_BOTS, &[]);
        }
        self.ask(Some(Question::Which { topic }));
        self.offer(topic.which(), &[], &names);
    }

    fn go_on(&mut self, question: Question, text: &str) {
        match question {
            Question::NewName => self.new_name(text),
            Question::NewUsername { name } => self.new_username(name, text),
            Question::Which { topic } => match self.world.by_username(text.trim()) {
                Some(bot) => self.ask_value(topic, bot),
                None => self.say(words::NO_SUCH_BOT, &[]),
            },
            Question::Value { topic, bot } => self.set(topic, bot, text),
        }
    }

    fn new_name(&mut self, text: &str) {
        let name = text.trim();
        if name.is_empty() || name.chars().count() > BotTextKind::Name.limit() {
            return self.say(words::NAME_BAD, &[]);
        }
        self.ask(Some(Question::NewUsername { name: name.to_owned() }));
        self.say(words::NEW_USERNAME, &[]);
    }

    fn new_username(&mut self, name: String, text: &str) {
        let username = text.trim().trim_start_matches('@').to_owned();
        if !username.to_lowercase().ends_with("bot") {
            return self.say(words::USERNAME_ENDING, &[]);
        }
        let (owner, flags) = (Some(self.user), BotFlags::default());
        let (username, name) = (Some(username), Some(name));
        match self.act(&CreateBot { token: None, id: None, username, name, owner, flags }) {
            Ok(bot) => {
                self.ask(None);
                self.say_about(words::CREATED, bot);
            }
            Err(Refusal::UsernameOccupied) => self.say(words::USERNAME_TAKEN, &[]),
            Err(_) => self.say(words::USERNAME_BAD, &[]),
        }
    }

    /// Asks for the new value, or does at once what needs none.
    pub(super) fn ask_value(&mut self, topic: Topic, bot: AccountId) {
        let Some(status) = self.status(topic, bot) else { return self.say(words::NO_SUCH_BOT, &[]) };
        match topic {
            Topic::Token => {
                self.ask(None);
                self.say_about(words::TOKEN, bot);
            }
            Topic::Revoke => self.set(topic, bot, ""),
            Topic::JoinGroups | Topic::Privacy | Topic::BotToBot => {
                self.ask(Some(Question::Value { topic, bot }));
                let keys = ["Enable", "Disable"].map(str::to_owned);
                self.offer(topic.value(), &[("status", &status)], &keys);
            }
            _ => {
                self.ask(Some(Question::Value { topic, bot }));
                let values = self.values(bot);
                let mut values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
                values.push(("status", &status));
                self.say(topic.value(), &values);
            }
        }
    }

    /// The present value of a switch or setting; `None` if the bot is no longer this user's.
    fn status(&self, topic: Topic, bot: AccountId) -> Option<String> {
        let bot = self.own(bot)?;
        let switch = |on| if on { "ENABLED" } else { "DISABLED" };
        let domain = bot.settings.text(BotTextKind::Domain, "");
        Some(match topic {
            Topic::JoinGroups => switch(bot.flags.can_join_groups).to_owned(),
            Topic::Privacy => switch(!bot.flags.can_read_all_group_messages).to_owned(),
            Topic::BotToBot => switch(bot.flags.talks_to_bots).to_owned(),
            Topic::Inline => switch(bot.flags.supports_inline_queries).to_owned(),
            Topic::Domain if domain.is_empty() => "none".to_owned(),
            Topic::Domain => domain.to_owned(),
            _ => String::new(),
        })
    }

    fn set(&mut self, topic: Topic, bot: AccountId, text: &str) {
        if self.own(bot).is_none() {
            self.ask(None);
            return self.say(words::NO_SUCH_BOT, &[]);
        };
        let done = match topic {
            Topic::Token => return self.ask_value(topic, bot),
            Topic::Revoke => {
                self.ask(None);
                self.act_if_possible(&RevokeToken { bot });
                return self.say_about(words::REVOKED, bot);
            }
            Topic::Name if text.is_empty() => return self.say(words::NAME_BAD, &[]),
            Topic::Name => self.set_text(bot, BotTextKind::Name, text),
            Topic::Description => self.set_text(bot, BotTextKind::Description, text),
            Topic::About => self.set_text(bot, BotTextKind::ShortDescription, text),
            Topic::Commands => self.set_commands(bot, text),
            Topic::Domain => self.set_domain(bot, text),
            Topic::Inline => {
                let supports_inline_queries = !text.is_empty();
                self.set_text(bot, BotTextKind::InlinePlaceholder, text)
                    && self.set_flags(
                        bot,
                        FlagsPatch {
                            supports_inline_queries: Some(supports_inline_queries),
                            ..FlagsPatch::default()
                        },
                    )
            }
            Topic::JoinGroups | Topic::Privacy | Topic::BotToBot => {
                let on = match text.trim().to_lowercase().as_str() {
                    "enable" => true,
                    "disable" => false,
                    _ => return self.say(words::CHOOSE_STATUS, &[]),
                };
                self.set_flags(
                    bot,
                    match topic {
                        Topic::JoinGroups => {
                            FlagsPatch { can_join_groups: Some(on), ..FlagsPatch::default() }
                        }
                        Topic::BotToBot => FlagsPatch { talks_to_bots: Some(on), ..FlagsPatch::default() },
                        _ => FlagsPatch { can_read_all_group_messages: Some(!on), ..FlagsPatch::default() },
                    },
                )
            }
            Topic::Delete if text != words::CONFIRM => return self.say(words::CONFIRM_AGAIN, &[]),
            Topic::Delete => self.act(&DeleteBot { bot }).is_ok(),
        };
        // What is wrong was said; the question stands.
        if !done {
            return;
        }
        let status = self.status(topic, bot).unwrap_or_default();
        self.ask(None);
        self.say(topic.done(), &[("status", &status)]);
    }

    fn set_text(&mut self, bot: AccountId, kind: BotTextKind, text: &str) -> bool {
        let (language, text) = (String::new(), text.to_owned());
        let done = self.act(&SetBotText { bot, kind, language, text }).is_ok();
        if !done {
            self.say(words::TOO_LONG, &[("limit", &kind.limit().to_string())]);
        }
        done
    }

    fn set_flags(&mut self, bot: AccountId, flags: FlagsPatch) -> bool {
        self.act(&EditBot { flags, ..EditBot::new(bot) }).is_ok()
    }

    /// `command1 - Description`, line by line.
    fn set_commands(&mut self, bot: AccountId, text: &str) -> bool {
        let line = |line: &str| {
            let (command, description) = line.split_once('-').or_else(|| line.split_once('—'))?;
            Some(BotCommand {
                command: command.trim().to_owned(),
                description: description.trim().to_owned(),
            })
        };
        let commands: Option<Vec<_>> =
            text.lines().filter(|line| !line.trim().is_empty()).map(line).collect();
        let (scope, language) = (CommandScope::Default, String::new());
        let set = commands.map(|commands| self.act(&SetCommands { bot, scope, language, commands }).is_ok());
        let done = set.unwrap_or(false);
        if !done {
            self.say(words::COMMANDS_BAD, &[]);
        }
        done
    }

    fn set_domain(&mut self, bot: AccountId, text: &str) -> bool {
        let bare =
            text.trim().trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
        let letter = |c: char| c.is_alphanumeric() || c == '.' || c == '-' || c == ':';
        let fits = bare.is_empty() || (bare.chars().all(letter) && !bare.starts_with('.'));
        if !fits {
            self.say(words::DOMAIN_BAD, &[]);
        }
        fits && self.set_text(bot, BotTextKind::Domain, bare)
    }

    /// A bot that this user may change: the user's own, or one without an owner, made by a token or a test.
    pub(super) fn own(&self, bot: AccountId) -> Option<&Bot> {
        self.world.editable_bot(bot).ok().filter(|bot| bot.owner.is_none_or(|owner| owner == self.user))
    }

    /// Such bots, as many as a keyboard offers.
    pub(super) fn offered(&self) -> impl Iterator<Item = &Bot> {
        self.world.bots().filter_map(|bot| self.own(bot.id)).take(OFFERED)
    }

    pub(super) fn ask(&mut self, question: Option<Question>) {
        self.act_if_possible(&AskQuestion { user: self.user, question });
    }

    /// Executes a command, in the same step as the message that is answered.
    pub(super) fn act<C: Command>(&mut self, command: &C) -> Result<C::Outcome, Refusal> {
        self.world.step(command, self.now, self.journal, self.effects)
    }

    /// As [`Self::act`], for commands that are refused only to a user who deleted the account or blocked BotFather in this
    /// very step: then there is no one to tell.
    pub(super) fn act_if_possible<C: Command>(&mut self, command: &C) {
        let _refusal = self.act(command).err();
    }

    /// In the user's language.
    pub(super) fn pick(&self, words: Localized) -> &'static str {
        let user = self.world.user(self.user);
        words.of(user.and_then(|user| user.profile.language_code.as_deref()).unwrap_or_default())
    }

    pub(super) fn fill(&self, words: Localized, values: &[(&str, &str)]) -> String {
        let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("{{{name}}}"), value);
        values.iter().fold(self.pick(words).to_owned(), fill)
    }

    /// Name, username and token, for filling in.
    pub(super) fn values(&self, bot: AccountId) -> [(&'static str, String); 3] {
        let bot = self.world.bot(bot);
        let name = bot.map(|bot| bot.settings.name("").to_owned());
        let username = bot.map(|bot| bot.username.to_string());
        [("name", name), ("username", username), ("token", bot.and_then(Bot::token))]
            .map(|(name, value)| (name, value.unwrap_or_default()))
    }

    /// A text about a bot, its token as code.
    pub(super) fn text_about(&self, words: Localized, bot: AccountId) -> Text {
        let values = self.values(bot);
        let [_, _, (_, token)] = &values;
        let filled: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let text = self.fill(words, &filled);
        let entities = text.find(token.as_str()).filter(|_| !token.is_empty()).map(|at| Entity {
            kind: EntityKind::Code,
            offset: utf16_len(&text[..at]),
            length: utf16_len(token),
        });
        Text { text: text.into(), entities: entities.into_iter().collect() }
    }

    fn say_about(&mut self, words: Localized, bot: AccountId) {
        let text = self.text_about(words, bot);
        self.send(text, None);
    }

    pub(super) fn say(&mut self, words: Localized, values: &[(&str, &str)]) {
        let text = self.fill(words, values);
        self.send(Text::plain(&text), None);
    }

    /// A question with a keyboard, two buttons to a row.
    fn offer(&mut self, words: Localized, values: &[(&str, &str)], keys: &[String]) {
        let key = |text: &String| KeyboardButton { text: text.clone(), style: None, request: None };
        let rows = keys.chunks(2).map(|row| row.iter().map(key).collect()).collect();
        let keyboard = Keyboard { rows, resize: true, one_time: true, ..Keyboard::default() };
        let text = self.fill(words, values);
        self.send(Text::plain(&text), Some(Markup::Keyboard(keyboard)));
    }

    /// Every message takes the last question's keyboard away, unless it brings one.
    pub(super) fn send(&mut self, text: Text, markup: Option<Markup>) {
        let markup = markup.or_else(|| self.has_keyboard().then_some(Markup::Remove { selective: false }));
        let mut message = Send::text(BOT_FATHER, self.user, text);
        message.options.markup = markup;
        self.act_if_possible(&message);
    }

    fn has_keyboard(&self) -> bool {
        let dialog = self.world.dialog(self.user, ChatId::private(self.user, BOT_FATHER));
        dialog.is_some_and(|dialog| dialog.keyboard().is_some())
    }
}

/// All topics, in the order of the menu.
const TOPICS: [Topic; 12] = [
    Topic::Token,
    Topic::Revoke,
    Topic::Name,
    Topic::Description,
    Topic::About,
    Topic::Commands,
    Topic::Domain,
    Topic::JoinGroups,
    Topic::Privacy,
    Topic::BotToBot,
    Topic::Inline,
    Topic::Delete,
];
