//! [`Oracle`]: what may be found under each key, by what was begun and what was acknowledged.

use std::collections::{BTreeMap, BTreeSet};

use engram_core::store::Durability;

use super::event::{Change, Event, Number};

/// What the machine went through before the store is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    Killed,
    PowerCut,
}

/// For each key that was ever begun to be stored the values that may be found; `None` is a miss.
#[derive(Debug, Default)]
pub struct Oracle(pub BTreeMap<Number, BTreeSet<Option<Number>>>);

/// What was found under each key.
pub type Found = BTreeMap<Number, Option<Number>>;

impl Oracle {
    /// Whether this may be found. A key that was never stored must be missed.
    pub fn allows(&self, found: &Found) -> bool {
        found.iter().all(|(key, value)| match self.0.get(key) {
            Some(allowed) => allowed.contains(value),
            None => value.is_none(),
        })
    }

    pub fn after(events: &[Event], end: End) -> Self {
        let mut oracle = Self::default();
        for event in events {
            match event {
                Event::Started(change) => oracle.start(change, end),
                Event::Acknowledged(change) => oracle.acknowledge(change, end),
                _ => {}
            }
        }
        oracle
    }

    fn start(&mut self, change: &Change, end: End) {
        let allowed = self.0.entry(change.key).or_insert_with(|| [None].into());
        allowed.insert(change.value);
        // A power cut may keep the end of what an unsynced change replaced, and not its beginning.
        if end == End::PowerCut && change.durability == Durability::Process {
            allowed.insert(None);
        }
    }

    fn acknowledge(&mut self, change: &Change, end: End) {
        if end == End::Killed || (change.durability == Durability::Power && change.value.is_some())
        {
            self.0.insert(change.key, [change.value].into());
        }
    }
}
