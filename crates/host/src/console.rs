use std::io::Write;

/// Tells the person who runs the program something, on the standard error, which may be closed.
///
/// The line is one write: written in pieces, it would mix with the lines of the program that `parlor run` started.
pub fn tell_operator(text: &str) {
    let line = format!("parlor: {text}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}
