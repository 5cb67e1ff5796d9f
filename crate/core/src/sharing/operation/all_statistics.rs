//! What the calls of each function did, in sum over all processes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Parts};
use crate::engine::{Statistics, StatisticsByName};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct AllStatistics;

impl Operation for AllStatistics {
    type Answer<'a> = Parts<18, (String, Statistics)>;

    const PATIENCE: Duration = LISTING_PATIENCE;
    const DEPENDS_ON_USES: bool = true;

    fn run(&self, asker: &Asker<'_>) -> Result<Parts<18, (String, Statistics)>> {
        Ok(Parts(asker.engine().statistics()?.into_iter().collect()))
    }
}

impl SharedStore {
    /// What is kept of the calls of each function.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn statistics(&self) -> Result<StatisticsByName> {
        let all = self.ask(&AllStatistics)?;
        Ok(all.into_iter().flat_map(|all| all.0).collect())
    }
}
