//! Phone numbers and bank cards, as the server recognises them in a text.

use super::EntityKind;
use super::find::{Scan, is_word};

/// Digits of a phone number with its country code, as ITU-T E.164 allows them; shorter ones are no whole number.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// > MIN_CARD_LENGTH = 13; MAX_CARD_LENGTH = 19 (tdlib/td: td/telegram/MessageEntity.cpp)
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// `+` and a number with its country code. Telegram's own rule is not public: see docs/unverified.md.
pub(super) fn phone_number(scan: &Scan, at: usize) -> Option<(usize, usize, EntityKind)> {
    let is_stuck = |c: char| is_word(c) || matches!(c, '+' | '-' | '/' | '.');
    if scan.get(at)? != '+' || scan.before(at).is_some_and(is_stuck) {
        return None;
    }
    let (mut end, mut digits, mut here) = (at + 1, 0, at + 1);
    while let Some(c) = scan.get(here) {
        if c.is_ascii_digit() {
            digits += 1;
            end = here + 1;
        } else if !is_separator(scan, here) {
            break;
        }
        here += 1;
    }
    let stands_alone = !scan.get(end).is_some_and(|c| is_word(c) || c == '+');
    (PHONE_DIGITS.contains(&digits) && stands_alone).then_some((at, end, EntityKind::PhoneNumber))
}

/// One space, hyphen or bracket between digits; a bracket may stand beside a space or hyphen.
fn is_separator(scan: &Scan, at: usize) -> bool {
    match scan.get(at) {
        Some(' ' | '-') => !matches!(scan.before(at), Some(' ' | '-')),
        Some('(' | ')') => true,
        _ => false,
    }
}

/// `(?<=^|[^+_\pL\d-.,])[\d -]{13,}([^_\pL\d-]|$)`, if its check digit is right and its length is its issuer's.
pub(super) fn bank_card(scan: &Scan, at: usize) -> Option<(usize, usize, EntityKind)> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-');
    let is_stuck =
        |c: char| c.is_alphabetic() || is_part(c) && c != ' ' || matches!(c, '.' | ',' | '+' | '_');
    if !scan.get(at)?.is_ascii_digit() || scan.before(at).is_some_and(is_stuck) {
        return None;
    }
    // A number within a longer run of groups is no card.
    if scan.before(at) == Some(' ') && at >= 2 && scan.get(at - 2).is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut digits: Vec<u32> = Vec::new();
    let (mut end, mut here) = (at, at);
    while let Some(c) = scan.get(here).filter(|c| is_part(*c)) {
        if c == ' ' && (16..=19).contains(&digits.len()) && digits.len() == here - at {
            // Written in one piece: what follows is something else.
            break;
        }
        if let Some(digit) = c.to_digit(10) {
            digits.push(digit);
            end = here + 1;
        }
        if digits.len() > *CARD_DIGITS.end() {
            return None;
        }
        here += 1;
    }
    let is_dense = end - at < 2 * digits.len().max(1);
    let stands_alone = !scan.get(end).is_some_and(|c| c.is_alphabetic() || matches!(c, '-' | '_'));
    let fits = CARD_DIGITS.contains(&digits.len()) && is_dense && stands_alone && is_card(&digits);
    fits.then_some((at, end, EntityKind::BankCard))
}

/// The Luhn check, and the lengths that issuers have.
fn is_card(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit < 5 { 2 * digit } else { 2 * digit - 9 };
    let places = digits.iter().rev().enumerate();
    let sum: u32 = places.map(|(place, digit)| if place % 2 == 0 { *digit } else { doubled(*digit) }).sum();
    let prefix = |length: usize| digits.iter().take(length).fold(0, |number, digit| number * 10 + digit);
    let length = digits.len();
    let fits = match (prefix(1), prefix(2), prefix(4)) {
        // Visa.
        (4, ..) => matches!(length, 13 | 16 | 18 | 19),
        // Mastercard.
        (_, 51..=55, _) | (_, _, 2221..=2720) => length == 16,
        // American Express.
        (_, 34 | 37, _) => length == 15,
        // UnionPay.
        (_, 62 | 81, _) => length >= 16,
        // Mir.
        (_, _, 2200..=2204) => length == 16,
        _ => true,
    };
    sum.is_multiple_of(10) && fits
}

#[cfg(test)]
mod tests {
    use super::super::{EntityKind, Text};

    #[test]
    fn numbers_are_recognised_where_they_stand_alone() {
        use EntityKind::{BankCard as Card, PhoneNumber as Phone};
        let table: [(&str, &[(&str, EntityKind)]); 17] = [
            ("call +12125550123 now", &[("+12125550123", Phone)]),
            ("+1-212-555-0123", &[("+1-212-555-0123", Phone)]),
            ("+7 (495) 123-45-67.", &[("+7 (495) 123-45-67", Phone)]),
            ("(+442071838750)", &[("+442071838750", Phone)]),
            ("+123456", &[]),
            ("+1234567890123456", &[]),
            ("1+2125550123", &[]),
            ("+12125550123a", &[]),
            ("2125550123", &[]),
            ("+1  212  555", &[]),
            ("pay 4111 1111 1111 1111 today", &[("4111 1111 1111 1111", Card)]),
            ("4111-1111-1111-1111", &[("4111-1111-1111-1111", Card)]),
            ("4111111111111111 7", &[("4111111111111111", Card)]),
            ("4111111111111112", &[]),
            ("x4111111111111111", &[]),
            ("378282246310005, 5500000000000004", &[("378282246310005", Card), ("5500000000000004", Card)]),
            ("1 4111111111111111", &[]),
        ];
        for (text, expected) in table {
            let accepted = Text::plain(text).normalize().unwrap();
            let found: Vec<_> = accepted
                .entities
                .iter()
                .map(|entity| (accepted.slice(entity.offset, entity.length).unwrap(), entity.kind.clone()))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
