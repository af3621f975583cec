use crate::ids::AccountId;
use crate::state::session::{ClientInfo, KeyId, KeySecret};
use serde::{Deserialize, Serialize};

/// What happens to sessions and their proofs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEvent {
    /// A login code was sent to a phone; digits only.
    CodeSent { phone: String, code: String, hash: String },
    /// An account logged in by a key.
    SignedIn { key: KeyId, secret: KeySecret, account: AccountId, client: ClientInfo },
    /// A client said what it is.
    ClientInfoSet { key: KeyId, client: ClientInfo },
    /// A key is no longer accepted.
    SignedOut { key: KeyId },
}
