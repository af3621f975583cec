use crate::keyed::Purpose;
use crate::{AccountId, Command, Event, Refusal, Timestamp, UserId, World};
use serde::{Deserialize, Serialize};

/// How long a code is good. Telegram does not say; apps offer another after some minutes.
pub const CODE_SECONDS: i64 = 300;
/// Codes that wait at once; the oldest go first.
const MAX_CODES: usize = 1000;
/// > Test phone numbers look like 99966XYYYY; their code is the number of the data centre, five times.
const TEST_PREFIX: &str = "99966";

/// A login code that was sent to a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The five digits.
    pub code: String,
    /// What the client must show with them.
    pub hash: String,
    /// When it was sent.
    pub at: Timestamp,
}

/// A client asks for a code. Nobody sends it anywhere: the control API shows it.
pub struct SendCode {
    /// The number, with or without `+` and spaces.
    pub phone: String,
}

/// Whom a right code lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// The person with that number.
    Known(UserId),
    /// The person with that number, once the password is proven too.
    PasswordNeeded(UserId),
    /// Nobody has that number: one may register.
    Nobody,
}

/// Only the digits; none if it is no phone number.
pub(crate) fn digits(phone: &str) -> Result<String, Refusal> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let other = phone.chars().any(|c| !c.is_ascii_digit() && !"+ -()".contains(c));
    if other || !(5..=15).contains(&digits.len()) { Err(Refusal::PhoneNumberInvalid) } else { Ok(digits) }
}

impl Command for SendCode {
    /// The hash.
    type Outcome = String;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<String, Refusal> {
        let phone = digits(&self.phone)?;
        let number: i64 = phone.parse().map_err(|_| Refusal::PhoneNumberInvalid)?;
        let chance = world.key.number(Purpose::LoginCode, number, now.0);
        let centre = phone
            .strip_prefix(TEST_PREFIX)
            .filter(|rest| rest.len() == 5)
            .and_then(|rest| rest.chars().next());
        let code = match centre {
            Some(centre) => centre.to_string().repeat(5),
            None => format!("{:05}", chance % 100_000),
        };
        let hash = format!("{:016x}", world.key.number(Purpose::LoginHash, number, now.0));
        events.push(Event::CodeSent { phone, code, hash: hash.clone() });
        Ok(hash)
    }
}

impl World {
    /// Whom these digits let in.
    pub fn check_code(&self, phone: &str, hash: &str, code: &str, now: Timestamp) -> Result<Login, Refusal> {
        let phone = digits(phone)?;
        let sent = self.codes.get(phone.as_str()).filter(|sent| sent.hash == hash);
        let sent =
            sent.filter(|sent| now < sent.at.plus_seconds(CODE_SECONDS)).ok_or(Refusal::PhoneCodeExpired)?;
        if code.is_empty() {
            return Err(Refusal::PhoneCodeEmpty);
        }
        if sent.code != code {
            return Err(Refusal::PhoneCodeInvalid);
        }
        let user = self.phones.get(phone.as_str()).and_then(|user| self.users.get(user));
        Ok(match user {
            None => Login::Nobody,
            Some(user) if user.password.is_some() => Login::PasswordNeeded(user.id),
            Some(user) => Login::Known(user.id),
        })
    }

    /// The codes that are still good, by phone number.
    pub fn codes(&self, now: Timestamp) -> impl Iterator<Item = (&str, &Code)> {
        let good = move |code: &Code| now < code.at.plus_seconds(CODE_SECONDS);
        self.codes.iter().filter(move |(_, code)| good(code)).map(|(phone, code)| (&**phone, code))
    }

    /// The person with that phone number.
    pub fn by_phone(&self, phone: &str) -> Option<AccountId> {
        self.phones.get(digits(phone).ok()?.as_str()).map(|user| AccountId::User(*user))
    }
}

pub(crate) fn apply_code_sent(world: &mut World, at: Timestamp, phone: &str, code: &str, hash: &str) {
    if world.codes.len() >= MAX_CODES {
        let oldest = world.codes.iter().min_by_key(|(_, code)| code.at).map(|(phone, _)| phone.clone());
        oldest.map(|phone| world.codes.remove(&phone));
    }
    world.codes.insert(phone.into(), Code { code: code.to_owned(), hash: hash.to_owned(), at });
}
