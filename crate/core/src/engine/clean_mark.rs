//! The mark of a store that was closed in order: where it is missing, there may be orphans.

use crate::error::Result;
use crate::store::{Batch, Index};

/// Says in which boot the store was closed in order; missing while it is open for writing.
const CLEAN: &[u8] = b"mclean";

/// Whether the store was closed in order, in this boot: else there may be orphans. After a power cut the row may stand
/// although it was removed, but then it is of another boot.
pub(super) fn was_closed_in_order(index: &Index, boot: u64) -> Result<bool> {
    let row = index.get(CLEAN)?;
    Ok(row.is_some_and(|value| value.as_ref() == boot.to_le_bytes()))
}

/// To be written on opening for writing, after [`was_closed_in_order`].
pub(super) fn mark_open(batch: &mut Batch) {
    batch.remove(CLEAN);
}

/// To be written last.
pub(super) fn mark_closed(batch: &mut Batch, boot: u64) {
    batch.put(CLEAN, &boot.to_le_bytes());
}
