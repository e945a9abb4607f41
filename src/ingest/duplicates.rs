//! Finds the keys that a JSON object has twice, which a parser drops without a word.
//!
//! It must not be asked where nothing was dropped: it reads the whole text once more.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use std::collections::HashSet;
use std::fmt;

/// One step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The ways to all keys that are there more than once, each way once.
pub(super) fn duplicates(text: &[u8]) -> Vec<Vec<Step>> {
    let mut search = Search { at: Vec::new(), found: Vec::new() };
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    // The text has been read already: it holds no errors.
    let _ = Walk(&mut search).deserialize(&mut deserializer);
    let Search { mut found, .. } = search;
    let mut seen: Vec<Vec<Step>> = Vec::new();
    found.retain(|way| {
        !seen.contains(way) && {
            seen.push(way.clone());
            true
        }
    });
    found
}

/// Removes what stands at the end of a way.
pub(super) fn remove(json: &mut Json, way: &[Step]) {
    match (json, way) {
        (Json::Object(keys), [Step::Key(key)]) => {
            keys.shift_remove(key);
        }
        (Json::Object(keys), [Step::Key(key), rest @ ..]) => {
            if let Some(inner) = keys.get_mut(key) {
                remove(inner, rest);
            }
        }
        (Json::Array(items), [Step::Index(index), rest @ ..]) => {
            if let Some(inner) = items.get_mut(*index) {
                remove(inner, rest);
            }
        }
        _ => {}
    }
}

/// A way as findings write it: `orders[2].amount`.
pub(super) fn written(way: &[Step]) -> String {
    let mut text = String::new();
    for step in way {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Step::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

struct Search {
    at: Vec<Step>,
    found: Vec<Vec<Step>>,
}

struct Walk<'a>(&'a mut Search);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            self.0.at.push(Step::Key(key.clone()));
            if !keys.insert(key) {
                self.0.found.push(self.0.at.clone());
            }
            map.next_value_seed(Walk(self.0))?;
            self.0.at.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        loop {
            self.0.at.push(Step::Index(index));
            let more = items.next_element_seed(Walk(self.0))?;
            self.0.at.pop();
            index += 1;
            if more.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| ())
    }
}
