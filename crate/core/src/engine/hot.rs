//! [`HotEntries`]: the structure bytes of recently used entries, and which buffers they have, in front of the index.
//!
//! A ring of records in one block of memory: new records go to the head, room is made at the tail. A record that is
//! used while the tail is coming near moves to the head, so that what is used stays. Dropping what is old costs
//! nothing, and a million small results fit.

use hashbrown::HashTable;

use super::access::{Access, PendingAccesses};
use super::buffer::Buffer;
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::store::{Blob, LazyMemory};

/// Memory that all hot entries of a store may take.
pub const CAPACITY: usize = 64 << 20;
/// Longer structures are left to the index.
pub const LONGEST: usize = 32 << 10;

/// Milliseconds that times of use tell apart, for a year: what was used a moment ago must not be taken for what was not.
const TICK_MS: f64 = 8.0;

const CREATED: usize = Digest::LENGTH;
const DURATION: usize = CREATED + 8;
const HITS: usize = DURATION + 4;
const LAST: usize = HITS + 4;
const LENGTH: usize = LAST + 4;
const BUFFERS: usize = LENGTH + 2;
const HEADER: usize = BUFFERS + 2;
/// Of a buffer, behind the structure: digest and length of its blob, and its length before it was compressed or 0.
const BUFFER: usize = UNPACKED + 8;
const UNPACKED: usize = Digest::LENGTH + 8;

/// What a hot entry says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct HotHit {
    /// When it was made.
    pub created_at: Timestamp,
    /// How long its run took, to seven digits.
    pub duration_ms: f64,
    /// Bytes written to the caller's memory.
    pub length: usize,
    /// The buffers that belong to them.
    pub buffers: Vec<Buffer>,
}

/// Recently used entries.
pub struct HotEntries {
    ring: LazyMemory,
    index: HashTable<u32>,
    head: usize,
    tail: usize,
    /// Where the records before the tail's end; only while the head is behind the tail.
    end: usize,
    /// Whether the head is behind the tail. While it is not, the tail is at 0.
    is_wrapped: bool,
    /// Times are kept in steps of [`TICK_MS`] since this one.
    epoch: Timestamp,
}

impl HotEntries {
    /// No entries yet; memory is taken as they come.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            ring: LazyMemory::new(capacity),
            index: HashTable::new(),
            head: 0,
            tail: 0,
            end: 0,
            is_wrapped: false,
            epoch: f64::NAN,
        }
    }

    /// Copies an entry's structure into `out` and notes the use. `None` when it is not here or does not fit.
    pub fn get(
        &mut self,
        key: &Digest,
        now: Timestamp,
        out: &mut [u8],
        pending: &mut PendingAccesses,
    ) -> Option<HotHit> {
        let at = self.find(key)?;
        let length = self.length(at);
        out.get_mut(..length)?.copy_from_slice(&self.ring[at + HEADER..at + HEADER + length]);
        let buffers = self.buffers(at);
        self.note(at, now);
        let hit = HotHit {
            created_at: f64::from_le_bytes(self.field(at + CREATED)),
            duration_ms: f64::from(f32::from_le_bytes(self.field(at + DURATION))),
            length,
            buffers,
        };
        if self.is_near_tail(at) {
            self.move_to_head(at, pending);
        }
        Some(hit)
    }

    /// Adds or replaces an entry.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seven digits of a duration are enough for what was saved"
    )]
    pub fn insert(
        &mut self,
        key: &Digest,
        created_at: Timestamp,
        duration_ms: f64,
        structure: &[u8],
        buffers: &[Buffer],
        pending: &mut PendingAccesses,
    ) {
        self.remove(key, pending);
        let mut header = [0; HEADER];
        header[..CREATED].copy_from_slice(key.as_bytes());
        header[CREATED..DURATION].copy_from_slice(&created_at.to_le_bytes());
        header[DURATION..HITS].copy_from_slice(&(duration_ms as f32).to_le_bytes());
        let lengths = (u16::try_from(structure.len()), u16::try_from(buffers.len()));
        let (Ok(length), Ok(count)) = lengths else { return };
        header[LENGTH..BUFFERS].copy_from_slice(&length.to_le_bytes());
        header[BUFFERS..].copy_from_slice(&count.to_le_bytes());
        let encoded = buffers.iter().flat_map(encoded).collect::<Vec<u8>>();
        self.push(&header, [structure, &encoded], pending);
    }

    /// Drops an entry; its uses stay pending.
    pub fn remove(&mut self, key: &Digest, pending: &mut PendingAccesses) {
        if let Some(at) = self.find(key) {
            self.unlink(key, at, pending);
        }
    }

    /// Drops everything, and hands over the uses.
    pub fn clear(&mut self, pending: &mut PendingAccesses) {
        let offsets: Vec<u32> = self.index.iter().copied().collect();
        for at in offsets {
            self.hand_over(at as usize, pending);
        }
        self.index.clear();
        (self.head, self.tail, self.is_wrapped) = (0, 0, false);
    }

    /// Hands over all uses; the entries stay.
    pub fn hand_over_uses(&mut self, pending: &mut PendingAccesses) {
        let offsets: Vec<u32> = self.index.iter().copied().collect();
        for at in offsets {
            self.hand_over(at as usize, pending);
            self.ring[at as usize + HITS..at as usize + LAST].fill(0);
        }
    }

    /// Uses of an entry that were not handed over yet.
    pub fn access(&self, key: &Digest) -> Access {
        self.find(key).map(|at| self.access_at(at)).unwrap_or_default()
    }

    fn find(&self, key: &Digest) -> Option<usize> {
        let found =
            self.index.find(bucket(key.as_bytes()), |&at| self.key(at as usize) == key.as_bytes());
        found.map(|&at| at as usize)
    }

    fn push(&mut self, header: &[u8; HEADER], body: [&[u8]; 2], pending: &mut PendingAccesses) {
        let middle = HEADER + body[0].len();
        let size = middle + body[1].len();
        if size > self.ring.len() / 8 {
            return;
        }
        self.make_room(size, pending);
        let at = self.head;
        self.ring[at..at + HEADER].copy_from_slice(header);
        self.ring[at + HEADER..at + middle].copy_from_slice(body[0]);
        self.ring[at + middle..at + size].copy_from_slice(body[1]);
        self.head += size;
        let Self { ring, index, .. } = self;
        let hash_at = |&at: &u32| bucket(&ring[at as usize..at as usize + Digest::LENGTH]);
        if let Ok(at) = u32::try_from(at) {
            index.insert_unique(hash_at(&at), at, hash_at);
        }
    }

    fn make_room(&mut self, size: usize, pending: &mut PendingAccesses) {
        if !self.is_wrapped && self.head + size > self.ring.len() {
            (self.end, self.head, self.is_wrapped) = (self.head, 0, true);
        }
        // Strictly smaller: a head that met the tail would look like an empty ring.
        while self.is_wrapped && self.head + size >= self.tail {
            self.evict(pending);
        }
        if !self.is_wrapped && self.head + size > self.ring.len() {
            self.make_room(size, pending);
        }
    }

    fn evict(&mut self, pending: &mut PendingAccesses) {
        if self.tail >= self.end {
            (self.tail, self.is_wrapped) = (0, false);
            return;
        }
        let at = self.tail;
        let key = Digest::from_bytes(self.field(at));
        if self.find(&key) == Some(at) {
            self.unlink(&key, at, pending);
        }
        self.tail += self.size(at);
    }

    fn unlink(&mut self, key: &Digest, at: usize, pending: &mut PendingAccesses) {
        self.hand_over(at, pending);
        let entry =
            self.index.find_entry(bucket(key.as_bytes()), |&candidate| candidate as usize == at);
        if let Ok(entry) = entry {
            entry.remove();
        }
    }

    fn hand_over(&self, at: usize, pending: &mut PendingAccesses) {
        let access = self.access_at(at);
        if access.hits > 0 {
            pending.note(Digest::from_bytes(self.field(at)), access);
        }
    }

    /// Whether the record is among those that are evicted next, and eviction is near.
    fn is_near_tail(&self, at: usize) -> bool {
        let window = self.ring.len() / 16;
        let (free, distance) = if !self.is_wrapped {
            (self.ring.len() - self.head, at)
        } else if at >= self.tail {
            (self.tail - self.head, at - self.tail)
        } else {
            (self.tail - self.head, self.end - self.tail + at)
        };
        free < window && distance < window
    }

    fn move_to_head(&mut self, at: usize, pending: &mut PendingAccesses) {
        let key = Digest::from_bytes(self.field(at));
        let header: [u8; HEADER] = self.field(at);
        let body = self.ring[at + HEADER..at + self.size(at)].to_vec();
        let entry =
            self.index.find_entry(bucket(key.as_bytes()), |&candidate| candidate as usize == at);
        if let Ok(entry) = entry {
            entry.remove();
        }
        self.push(&header, [&body, &[]], pending);
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ticks since the first use"
    )]
    fn note(&mut self, at: usize, now: Timestamp) {
        if self.epoch.is_nan() {
            self.epoch = now;
        }
        let hits = u32::from_le_bytes(self.field(at + HITS)).saturating_add(1);
        let last = ((now - self.epoch) / TICK_MS) as u32;
        self.ring[at + HITS..at + LAST].copy_from_slice(&hits.to_le_bytes());
        self.ring[at + LAST..at + LENGTH].copy_from_slice(&last.to_le_bytes());
    }

    fn access_at(&self, at: usize) -> Access {
        let hits = u32::from_le_bytes(self.field(at + HITS));
        if hits == 0 {
            return Access::default();
        }
        let ticks = u32::from_le_bytes(self.field(at + LAST));
        Access { hits: u64::from(hits), last: self.epoch + f64::from(ticks) * TICK_MS }
    }

    fn length(&self, at: usize) -> usize {
        usize::from(u16::from_le_bytes(self.field(at + LENGTH)))
    }

    fn count(&self, at: usize) -> usize {
        usize::from(u16::from_le_bytes(self.field(at + BUFFERS)))
    }

    fn size(&self, at: usize) -> usize {
        HEADER + self.length(at) + self.count(at) * BUFFER
    }

    fn buffers(&self, at: usize) -> Vec<Buffer> {
        let first = at + HEADER + self.length(at);
        let buffer = |number: usize| {
            let at = first + number * BUFFER;
            let blob = Blob {
                digest: Digest::from_bytes(self.field(at)),
                byte_length: u64::from_le_bytes(self.field(at + Digest::LENGTH)),
            };
            let unpacked = u64::from_le_bytes(self.field(at + UNPACKED));
            Buffer { blob, unpacked: (unpacked > 0).then_some(unpacked) }
        };
        (0..self.count(at)).map(buffer).collect()
    }

    fn key(&self, at: usize) -> &[u8] {
        &self.ring[at..at + Digest::LENGTH]
    }

    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.ring[at..at + N]);
        bytes
    }
}

fn encoded(Buffer { blob, unpacked }: &Buffer) -> impl Iterator<Item = u8> {
    let lengths = [blob.byte_length, unpacked.unwrap_or(0)];
    blob.digest.as_bytes().iter().copied().chain(lengths.into_iter().flat_map(u64::to_le_bytes))
}

/// A key is a hash already.
fn bucket(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&key[..8]);
    u64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests;
