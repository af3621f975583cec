mod generated;

pub use generated::{METHODS, Method};

/// One method in the table of all methods, [`METHODS`].
#[derive(Debug)]
pub struct MethodInfo {
    /// The documented name.
    pub name: &'static str,
    /// The name in lower case, by which [`find_method`] searches.
    pub lower: &'static str,
    /// `None` if the method is not served.
    pub served: Option<Method>,
    /// Parameters of a served method that are refused as not served if they would have an effect.
    pub unserved_parameters: &'static [&'static str],
}

impl MethodInfo {
    pub(crate) const fn served(
        method: Method,
        name: &'static str,
        lower: &'static str,
        unserved_parameters: &'static [&'static str],
    ) -> Self {
        Self { name, lower, served: Some(method), unserved_parameters }
    }

    pub(crate) const fn unserved(name: &'static str, lower: &'static str) -> Self {
        Self { name, lower, served: None, unserved_parameters: &[] }
    }
}

/// Finds a method by its name, in any case.
pub fn find_method(name: &str) -> Option<&'static MethodInfo> {
    let lower = name.to_ascii_lowercase();
    let at = METHODS.binary_search_by_key(&lower.as_str(), |method| method.lower).ok()?;
    METHODS.get(at)
}
