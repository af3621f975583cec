//! Predicates for `skip_serializing_if`: what is as usual is not written.

pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
