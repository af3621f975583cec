//! Finding bots by name and username, as the search field of an app does.

use crate::state::World;
use crate::state::account::Bot;

/// Results of one search; apps show a handful.
pub const MAX_RESULTS: usize = 20;

impl World {
    /// Bots whose username begins with the query or whose name has a word that does; a bare `@` is ignored, case
    /// too. An exact username comes first.
    pub fn search_bots(&self, query: &str) -> Vec<&Bot> {
        let query = query.trim().trim_start_matches('@').to_lowercase();
        if query.is_empty() {
            return Vec::new();
        }
        let matches = |bot: &&Bot| {
            let name = bot.settings.name("").to_lowercase();
            bot.username.to_lowercase().starts_with(&query)
                || name.starts_with(&query)
                || name.split_whitespace().any(|word| word.starts_with(&query))
        };
        let bots = self.bots.values().map(Box::as_ref);
        let mut found: Vec<&Bot> = bots.filter(|bot| !bot.is_deleted).filter(matches).collect();
        found.sort_by_key(|bot| (!bot.username.eq_ignore_ascii_case(&query), bot.id));
        found.truncate(MAX_RESULTS);
        found
    }
}
