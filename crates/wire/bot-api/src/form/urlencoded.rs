//! Parses `application/x-www-form-urlencoded` and query strings.

use super::{FormError, MAX_PARAMETERS};
use crate::Args;
use percent_encoding::percent_decode;

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

/// Decodes `%41` and `+`. A percent sign without two hexadecimal digits stands for itself.
fn decode(text: &[u8]) -> Result<String, FormError> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let decoded = percent_decode(&spaced).decode_utf8();
    Ok(decoded.map_err(|_| FormError::bad("strings must be encoded in UTF-8"))?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded() {
        for (form, expected) in [
            (&b""[..], vec![]),
            (b"a=1&b=2", vec![("a", "1"), ("b", "2")]),
            (b"&&a=1&", vec![("a", "1")]),
            (b"a", vec![("a", "")]),
            (b"=x", vec![("", "x")]),
            (b"a=b=c", vec![("a", "b=c")]),
            (b"a+b=c+%2B%20d", vec![("a b", "c + d")]),
            (b"%61=%41%d0%b0", vec![("a", "Aа")]),
            (b"a=100%&b=%4&c=%zz", vec![("a", "100%"), ("b", "%4"), ("c", "%zz")]),
        ] {
            let mut args = Args::default();
            assert_eq!(read(form, &mut args), Ok(()), "{form:?}");
            let pairs: Vec<(&str, &str)> =
                args.fields().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(pairs, expected, "{form:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused() {
        for form in [&b"a=%ff"[..], b"%ff=a", b"a=\xff"] {
            let error = FormError::bad("strings must be encoded in UTF-8");
            assert_eq!(read(form, &mut Args::default()), Err(error), "{form:?}");
        }
    }
}
