//! Eviction: what exceeds the limits of a store leaves, least recently used first.
//!
//! Each write that finds the store over its limits has a few entries leave, and looks a little further for those that come
//! next: nobody waits for a way through the whole store but in small ones.

use super::counts::Counts;
use super::limits::{Limits, Reduced};
use super::opened::Opened;
use super::state::Engine;
use super::victims::{Eviction, Search, Victim};
use crate::clock::Timestamp;
use crate::error::Result;

/// So many are sought at least and at most: memory stays bounded.
const FEWEST: usize = 64;
const MOST: usize = 1 << 18;
/// The same where all are to leave that exceed a limit, now.
const MOST_REDUCED: usize = 1 << 19;
/// How often those are sought anew that were used while others left.
const TRIES: u32 = 3;
/// So many leave together where one has to, as each time all is forgotten that is kept in front of the index; of a small store
/// a tenth.
const TOGETHER: usize = 64;
/// Rows of a store so small that a search looks at all at once.
const SMALL: u64 = 8192;
/// At this share of a limit a store is so full that writers wait until there is room.
const OVERFULL: f64 = 1.125;

impl Engine {
    /// Drops what exceeds `limits`, least recently used first. Says what went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn reduce(&self, limits: &Limits, now: Timestamp) -> Result<Reduced> {
        // A store that is only read does not know what it holds, nor does one that was not closed in order.
        self.recount()?;
        let mut reduced = Reduced::default();
        let mut tries = 0;
        loop {
            let mut counts = self.counts().unwrap_or_default();
            let most = excess(limits, &counts);
            let mut search = Search::new(most);
            self.read(|opened| search.step(opened, usize::MAX))?;
            let mut found = search.finish();
            let is_all = found.len() < most;
            let leaving = found.iter().take_while(|victim| {
                let leaves = has_to_leave(victim, limits, &counts, now);
                if leaves {
                    counts = counts.replaced(Some(victim.byte_length), None);
                }
                leaves
            });
            let count = leaving.count();
            let are_more = count == found.len() && !is_all;
            let gone = self.remove_victims(&mut found.make_contiguous()[..count])?;
            reduced.entries += gone.entries;
            reduced.bytes = reduced.bytes.saturating_add(gone.bytes);
            // Those that were used meanwhile are not the oldest any more.
            let are_all_gone = usize::try_from(gone.entries) == Ok(count);
            tries += u32::from(!are_more);
            if !are_more && (are_all_gone || tries == TRIES) {
                return Ok(reduced);
            }
        }
    }

    /// Makes room if a commit at `now` has exceeded the limits. A failure is not the caller's: it is met again.
    pub(super) fn enforce_limits(&self, now: Timestamp) {
        let Some(counts) = self.counts() else { return };
        let due = self.limits.lock().due(&counts, now);
        // Who comes while somebody makes room need not.
        if let Some(limits) = due
            && let Some(mut eviction) = self.eviction.try_lock()
        {
            let _ = self.make_room(&mut eviction, &limits, counts, now);
        }
    }

    fn make_room(
        &self,
        eviction: &mut Eviction,
        limits: &Limits,
        counts: Counts,
        now: Timestamp,
    ) -> Result<()> {
        let (is_small, is_over) = (counts.entries <= SMALL, !limits.allow(&counts));
        let tenth = usize::try_from(counts.entries / 10).unwrap_or(TOGETHER);
        let ahead = match (is_over, is_small) {
            // Who is too old leaves, and nobody for others.
            (false, _) => 0,
            (true, true) => tenth,
            (true, false) => TOGETHER,
        };
        // Nobody may be known to leave, or none of those who were left.
        for _ in 0..2 {
            self.evict(eviction, limits, now, ahead)?;
            let counts = self.counts().unwrap_or_default();
            let is_done = limits.allow(&counts) && is_over;
            if is_done || !eviction.found.is_empty() {
                break;
            }
            // Who is over the limits by far waits for the whole way, and so does who asks for the old ones, once a minute.
            let is_whole = is_small || !is_over || !limits.times(OVERFULL).allow(&counts);
            let rows = if is_whole { usize::MAX } else { rows_of_a_step(counts.entries) };
            if !self.look_further(eviction, counts.entries, rows)? {
                break;
            }
        }
        // Those that come next are looked for while others are left.
        if !is_small {
            self.look_further(eviction, counts.entries, rows_of_a_step(counts.entries))?;
        }
        self.evict(eviction, limits, now, ahead)
    }

    /// Goes on with the search. True when it has come to its end, and found what was not known.
    fn look_further(&self, eviction: &mut Eviction, entries: u64, rows: usize) -> Result<bool> {
        let Eviction { found, search, left_until } = eviction;
        let under_way = search.get_or_insert_with(|| {
            *left_until = f64::NEG_INFINITY;
            Search::new(sought(entries))
        });
        if !self.read(|opened| under_way.step(opened, rows))? {
            return Ok(false);
        }
        // Those who were known are among them, and some who have left.
        *found = search.take().map(Search::finish).unwrap_or_default();
        let left = found.iter().take_while(|victim| victim.used_at <= *left_until).count();
        found.drain(..left);
        Ok(true)
    }

    /// Has those leave from the front that exceed the limits or are too old, and `ahead` more where one had to.
    fn evict(
        &self,
        eviction: &mut Eviction,
        limits: &Limits,
        now: Timestamp,
        ahead: usize,
    ) -> Result<()> {
        while let Some(mut left) = self.counts() {
            let mut leaving = Vec::new();
            let mut spared = ahead;
            while let Some(victim) = eviction.found.front() {
                let has_to = has_to_leave(victim, limits, &left, now);
                if !has_to && (leaving.is_empty() || spared == 0) {
                    break;
                }
                if !has_to {
                    spared -= 1;
                }
                left = left.replaced(Some(victim.byte_length), None);
                eviction.left_until = eviction.left_until.max(victim.used_at);
                leaving.extend(eviction.found.pop_front());
            }
            if leaving.is_empty() {
                break;
            }
            self.remove_victims(&mut leaving)?;
        }
        Ok(())
    }

    /// Removes those of these that were not used since they were found. In the order of their rows, as what lies side by
    /// side is read together.
    fn remove_victims(&self, victims: &mut [Victim]) -> Result<Reduced> {
        victims.sort_unstable_by_key(|victim| victim.row);
        let removed = self.remove_sorted(victims);
        self.write(|opened| {
            opened.tell_of_dropped();
            Ok(())
        })?;
        removed
    }

    /// Other processes are told at the end: each time, they let go of all that they keep.
    fn remove_sorted(&self, victims: &[Victim]) -> Result<Reduced> {
        let mut reduced = Reduced::default();
        for some in victims.chunks(Opened::REMOVED_TOGETHER) {
            let gone = self.write_removal(|opened| opened.remove_unused(some))?;
            self.note_change();
            reduced.entries += gone.entries;
            reduced.bytes = reduced.bytes.saturating_add(gone.bytes);
        }
        Ok(reduced)
    }
}

fn has_to_leave(victim: &Victim, limits: &Limits, counts: &Counts, now: Timestamp) -> bool {
    !limits.allow(counts) || now - victim.used_at >= limits.age_ms
}

/// How many are sought where all are to leave that exceed a limit: a guess, as entries are of different lengths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a share of a number of entries, which is clamped"
)]
fn excess(limits: &Limits, counts: &Counts) -> usize {
    let entries = counts.entries as f64;
    let share = 1.0 - (limits.bytes / counts.bytes as f64).min(limits.entries / entries);
    ((entries * share * 1.1) as usize).clamp(MOST / 8, MOST_REDUCED)
}

/// Rows that a write looks at in a full store of so many entries: a search is over before what the last one found has left.
fn rows_of_a_step(entries: u64) -> usize {
    let entries = usize::try_from(entries).unwrap_or(usize::MAX / (5 * TOGETHER));
    (5 * TOGETHER * entries).div_ceil(4 * sought(entries as u64))
}

/// How many are sought among so many entries.
fn sought(entries: u64) -> usize {
    usize::try_from(entries).unwrap_or(MOST).clamp(FEWEST, MOST)
}
