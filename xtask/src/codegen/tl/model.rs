//! The served part of the schemas, with its Rust names and types.

use super::Served;
use super::schema::{Definition, Field, History, Kind, Schema, newest};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

pub(super) struct Model<'a> {
    pub(super) api: &'a Schema,
    pub(super) served: &'a Served,
}

/// A field of a Rust type.
pub(super) struct Member {
    name: String,
    pub(super) rust: String,
    kind: Kind,
    /// Whether it may be absent in some layer.
    optional: bool,
    /// Whether its type is the type that contains it.
    recursive: bool,
}

impl<'a> Model<'a> {
    pub(super) fn constructor(&self, name: &str) -> Result<&'a History> {
        self.api.constructors.get(name).with_context(|| format!("no constructor {name}"))
    }

    /// Returns the served constructors of each boxed type.
    pub(super) fn boxed_types(&self) -> Result<BTreeMap<&'a str, Vec<&'a str>>> {
        let mut types: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for name in &self.served.constructors {
            let definition =
                newest(self.constructor(name)?).with_context(|| format!("{name} is in no layer"))?;
            types.entry(&definition.result).or_default().push(name);
        }
        Ok(types)
    }

    /// Returns the fields of a Rust type from all layers, those of the newest layer first.
    pub(super) fn members(&self, name: &str, history: &History) -> Result<Vec<Member>> {
        let mut members: Vec<Member> = Vec::new();
        for definition in history.values().rev().flatten() {
            for field in &definition.fields {
                if field.kind == Kind::Flags {
                    continue;
                }
                if !self.is_served(definition, field) {
                    ensure!(field.flag.is_some(), "{name}.{}: serve a constructor of its type", field.name);
                    continue;
                }
                let optional = field.flag.is_some() && field.kind != Kind::Bit;
                if let Some(member) = members.iter_mut().find(|member| member.is(field)) {
                    member.optional |= optional;
                    continue;
                }
                // An older layer may use the same name with another type, which is then another member.
                let same_name = members.iter().any(|member| member.name == field.name);
                let rust = if same_name { format!("{}_before", field.name) } else { rust_name(&field.name) };
                let recursive = matches!(&field.kind, Kind::Boxed(name) if *name == definition.result);
                let (name, kind) = (field.name.clone(), field.kind.clone());
                members.push(Member { name, rust, kind, optional, recursive });
            }
        }
        Ok(members)
    }

    /// Fields with the same bit are present together, so either all are served or none is.
    fn is_served(&self, definition: &Definition, field: &Field) -> bool {
        let shares_a_bit = |other: &&Field| field.flag.is_some() && other.flag == field.flag;
        self.has_type(&field.kind)
            && definition.fields.iter().filter(shares_a_bit).all(|other| self.has_type(&other.kind))
    }

    fn has_type(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Boxed(name) => self.served.constructors.iter().any(|constructor| {
                let newest = self.api.constructors.get(constructor).and_then(newest);
                newest.is_some_and(|definition| definition.result == *name)
            }),
            Kind::Vector(item) => self.has_type(item),
            _ => true,
        }
    }
}

impl Member {
    pub(super) fn is(&self, field: &Field) -> bool {
        self.name == field.name && self.kind == field.kind
    }

    pub(super) fn rust_type(&self) -> String {
        let inner = rust_type(&self.kind);
        let inner = if self.recursive { format!("Box<{inner}>") } else { inner };
        if self.optional { format!("Option<{inner}>") } else { inner }
    }
}

fn rust_type(kind: &Kind) -> String {
    match kind {
        Kind::Flags => "u32".to_owned(),
        Kind::Bit => "bool".to_owned(),
        Kind::Plain(name) => (*name).to_owned(),
        Kind::Vector(item) => format!("Vec<{}>", rust_type(item)),
        Kind::Boxed(name) => format!("enums::{}", pascal(name)),
    }
}

pub(super) fn rust_name(name: &str) -> String {
    match name {
        "self" => "is_self".to_owned(),
        // An `int` of `auth.importBotAuthorization`; everywhere else this is the name of a flags field.
        "flags" => "int_flags".to_owned(),
        "type" | "final" | "static" | "loop" | "ref" | "mod" | "move" => format!("r#{name}"),
        _ => name.to_owned(),
    }
}

/// Converts `messages.sendMessage` to `MessagesSendMessage`.
pub(super) fn pascal(name: &str) -> String {
    name.split(['.', '_']).map(capital).collect()
}

/// Returns the name of a variant, without the namespace, which its type has already.
pub(super) fn variant(name: &str) -> String {
    pascal(name.rsplit('.').next().unwrap_or(name))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
