use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

/// Why a journal can't be used. The messages are for the person who runs the server; [`JournalError::explain`] adds
/// the causes.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The path can't name a data file.
    #[error("{name} can't be used as a data file: {reason}")]
    Name { name: String, reason: String },
    /// The file belongs to another program.
    #[error("{file} is not a Parlor data file: {reason}")]
    Foreign { file: String, reason: String },
    /// A later version wrote the file.
    #[error("{file} was made by a newer version of Parlor (format {found}; this one reads up to {known})")]
    Newer { file: String, found: i64, known: i64 },
    /// Another program holds the file's lock.
    #[error("{file} is in use by another program; is Parlor running already?")]
    Busy { file: String },
    /// Events that had been confirmed are missing.
    #[error("{0}")]
    Lost(Loss),
    /// An event can't be read.
    #[error("the journal is damaged at event {event}: {reason}")]
    Damaged { event: u64, reason: String },
    /// A snapshot can't be used.
    #[error("the snapshot {file} can't be used: {reason}")]
    Snapshot { file: String, reason: String },
    /// The event was dropped after a base covered it.
    #[error("the journal begins with event {first}: older ones were dropped")]
    Dropped { first: u64 },
    /// The base, which takes the place of dropped events, can't be used.
    #[error("the journal's base, which holds what happened before its first event, can't be used: {reason}")]
    Base { reason: String },
    /// Another writer appended to the journal.
    #[error("the journal has {found} events where {expected} were expected: another program wrote to it")]
    Fenced { expected: u64, found: u64 },
    /// The journal was closed before the call.
    #[error("the journal is closed")]
    Closed,
    /// A file beside the data file can't be read or written.
    #[error("{file} could not be read or written")]
    File { file: String, source: io::Error },
    /// The disk failed, or is full.
    #[error("the journal could not be written or read")]
    Storage(#[source] Box<dyn Error + Send + Sync>),
}

impl JournalError {
    /// Wraps an error of the medium that holds the journal.
    pub fn storage(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Storage(source.into())
    }

    /// Returns the message followed by the messages of its causes.
    ///
    /// ```
    /// let error = parlor_storage::JournalError::storage("the disk is full");
    /// assert_eq!(error.explain(), "the journal could not be written or read: the disk is full");
    /// ```
    pub fn explain(&self) -> String {
        let causes = std::iter::successors(self.source(), |cause| (*cause).source());
        causes.fold(self.to_string(), |text, cause| format!("{text}: {cause}"))
    }

    pub(super) fn file(path: &Path, source: io::Error) -> Self {
        Self::File { file: path.display().to_string(), source }
    }
}

/// The journal's newest events are missing: the file that held them was removed, cut or damaged after a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The data file.
    pub file: String,
    /// The number of the first event that is missing.
    pub first: u64,
    /// The number of missing events that are known to have been confirmed; `None` if it is unknown.
    pub known: Option<u64>,
    /// The fault of the file's write-ahead log.
    pub log: &'static str,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, first, known, log } = self;
        write!(f, "Parlor did not end normally when it last used {file}, and {file}-wal {log}. ")?;
        match known {
            Some(1) => write!(f, "1 event that had been confirmed is missing: number {first}."),
            Some(known) => {
                let last = first + known - 1;
                write!(f, "{known} events that had been confirmed are missing: numbers {first} to {last}.")
            }
            None => write!(f, "Events from number {first} on may be missing."),
        }
    }
}
