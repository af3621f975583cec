use crate::event::{Event, SessionEvent};
use crate::ids::{AccountId, Timestamp};
use crate::keyed::HashDomain;
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::session::{CODE_SECONDS, LoginCode, digits};

/// Codes that are kept at once; the oldest go first.
const MAX_CODES: usize = 1000;
/// > Test phone numbers look like 99966XYYYY; their code is the number of the data centre, five times.
const TEST_PREFIX: &str = "99966";

/// A client asks for a code. It is not sent anywhere: the control API shows it.
pub struct SendCode {
    /// The number, with or without `+` and spaces.
    pub phone: String,
}

/// Whom a right code lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// The user with that number.
    Known(AccountId),
    /// The user with that number, once the password is proven too.
    PasswordNeeded(AccountId),
    /// The number is not in use: one may register.
    Unknown,
}

impl Command for SendCode {
    /// The hash.
    type Outcome = String;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<String, Refusal> {
        let phone = digits(&self.phone)?;
        let number: i64 = phone.parse().map_err(|_| Refusal::PhoneNumberInvalid)?;
        let chance = world.key.number(HashDomain::LoginCode, number, now.0);
        let centre = phone
            .strip_prefix(TEST_PREFIX)
            .filter(|rest| rest.len() == 5)
            .and_then(|rest| rest.chars().next());
        let code = match centre {
            Some(centre) => centre.to_string().repeat(5),
            None => format!("{:05}", chance % 100_000),
        };
        let hash = format!("{:016x}", world.key.number(HashDomain::LoginHash, number, now.0));
        events.push(SessionEvent::CodeSent { phone, code, hash: hash.clone() }.into());
        Ok(hash)
    }
}

/// Says whom these digits let in.
///
/// # Errors
/// [`Refusal::PhoneNumberInvalid`], [`Refusal::PhoneCodeExpired`] for a code that was never sent or is too old,
/// [`Refusal::PhoneCodeEmpty`], [`Refusal::PhoneCodeInvalid`].
pub fn check_code(
    world: &World,
    phone: &str,
    hash: &str,
    code: &str,
    now: Timestamp,
) -> Result<Login, Refusal> {
    let phone = digits(phone)?;
    let sent = world.codes.get(phone.as_str()).filter(|sent| sent.hash == hash);
    let sent =
        sent.filter(|sent| now < sent.at.plus_seconds(CODE_SECONDS)).ok_or(Refusal::PhoneCodeExpired)?;
    if code.is_empty() {
        return Err(Refusal::PhoneCodeEmpty);
    }
    if sent.code != code {
        return Err(Refusal::PhoneCodeInvalid);
    }
    let user = world.phones.get(phone.as_str()).and_then(|user| world.user(*user));
    Ok(match user {
        None => Login::Unknown,
        Some(user) if user.password.is_some() => Login::PasswordNeeded(user.id),
        Some(user) => Login::Known(user.id),
    })
}

pub(super) fn apply(world: &mut World, at: Timestamp, phone: &str, code: &str, hash: &str) {
    if world.codes.len() >= MAX_CODES {
        let oldest = world.codes.iter().min_by_key(|(_, code)| code.at).map(|(phone, _)| phone.clone());
        oldest.map(|phone| world.codes.remove(&phone));
    }
    world.codes.insert(phone.into(), LoginCode { code: code.to_owned(), hash: hash.to_owned(), at });
}
