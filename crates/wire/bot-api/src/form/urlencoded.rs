use super::{FormError, MAX_PARAMETERS};
use crate::Args;

pub(super) fn read(form: &[u8], args: &mut Args) -> Result<(), FormError> {
    for (count, pair) in form.split(|b| *b == b'&').filter(|pair| !pair.is_empty()).enumerate() {
        if count >= MAX_PARAMETERS {
            return Err(FormError::too_large("too many parameters"));
        }
        let split = pair.iter().position(|b| *b == b'=');
        let (name, value) = split.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
        args.push(decode(name)?, decode(value)?);
    }
    Ok(())
}

/// `%41` and `+`. A percent sign without two hexadecimal digits stands for itself.
fn decode(text: &[u8]) -> Result<String, FormError> {
    let mut bytes = Vec::with_capacity(text.len());
    let digit = |at: usize| text.get(at).and_then(|b| char::from(*b).to_digit(16));
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => bytes.push(b' '),
            (other, ..) => bytes.push(*other),
        }
        at += 1;
    }
    String::from_utf8(bytes).map_err(|_| FormError::bad("strings must be encoded in UTF-8"))
}
