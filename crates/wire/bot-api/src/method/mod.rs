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

/// No method has a longer name.
const MAX_NAME: usize = 64;

/// Finds a method by its name, in any case.
pub fn find_method(name: &str) -> Option<&'static MethodInfo> {
    // Lowered without an allocation, since every request is looked up.
    let mut buffer = [0; MAX_NAME];
    let lower = buffer.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    let at = METHODS.binary_search_by(|method| method.lower.as_bytes().cmp(lower)).ok()?;
    METHODS.get(at)
}
