//! Sums over the whole store, and over the entries of each function.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Parts};
use crate::engine::Totals;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct AllTotals;

impl Operation for AllTotals {
    /// Those of each function id; of no id, those of the store.
    type Answer<'a> = Parts<25, (Option<String>, Totals)>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        let (all, by_name) = asker.engine().all_totals()?;
        let of_functions = by_name.into_iter().map(|(name, totals)| (Some(name), totals));
        Ok(Parts(std::iter::once((None, all)).chain(of_functions).collect()))
    }
}

impl SharedStore {
    /// Sums over the whole store, and over the entries of each function by its id.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn all_totals(&self) -> Result<(Totals, HashMap<String, Totals>)> {
        let (mut all, mut by_name) = (Totals::default(), HashMap::new());
        for (name, totals) in self.ask(&AllTotals)?.into_iter().flat_map(|parts| parts.0) {
            match name {
                None => all = totals,
                Some(name) => drop(by_name.insert(name, totals)),
            }
        }
        Ok((all, by_name))
    }
}
