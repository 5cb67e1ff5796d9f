//! [`Mapping`]: a file's bytes as private, writable memory. The only file that maps memory.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use memmap2::{MmapMut, MmapOptions, MmapRaw};

/// So many files a process maps at a time. Linux gives it 65,530 mappings of all kinds, and what needs one more fails, be it
/// a thread or the memory of an object.
const LIMIT: usize = 4096;

static MAPPED: AtomicUsize = AtomicUsize::new(0);

/// A file mapped copy-on-write: whoever holds it may write into it, and the file never changes.
#[derive(Debug)]
pub struct Mapping {
    map: MmapMut,
    _counted: Counted,
}

impl Mapping {
    /// Maps the first `length` bytes of `file`. Costs microseconds, whatever the length; pages are read on first use. `None`
    /// where the process has as many mappings as it should have, or where the system refuses another.
    pub fn new(file: &File, length: usize) -> Option<Self> {
        let counted = Counted::new()?;
        // SAFETY: blobs are immutable: they are written under a temporary name and never opened for writing again, and
        // removal unlinks them, which leaves existing mappings whole. Files of the package are replaced in the same way, as
        // the addon itself is. Only someone who truncates a file by hand while it is mapped can make an access fail, as with
        // any file that a program maps.
        let map = unsafe { MmapOptions::new().len(length).no_reserve_swap().map_copy(file).ok()? };
        Some(Self { map, _counted: counted })
    }

    /// Where the bytes lie: page-aligned, valid for their length while the mapping lives.
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.map.as_mut_ptr()
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.map
    }

    /// The bytes, to be written to.
    pub fn as_bytes_mut(&mut self) -> &mut [u8] {
        &mut self.map
    }
}

/// One of the mappings that a process may have.
#[derive(Debug)]
struct Counted;

impl Counted {
    fn new() -> Option<Self> {
        let before = MAPPED.fetch_add(1, Ordering::Relaxed);
        // One too many is dropped, which takes it back.
        let counted = Self;
        (before < LIMIT).then_some(counted)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        MAPPED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Bytes at the start of lazy memory that are in small pages.
const SMALL_PAGES: usize = 2 << 20;

/// Zeroed memory that is taken page by page as it is written, in huge pages where the system gives them: reads at random
/// in a large block then miss the address cache far less often. Not at its start: whoever writes little there would wait
/// until a whole huge page is zeroed.
pub struct LazyMemory(Option<MmapMut>);

impl LazyMemory {
    /// Reserves `length` bytes; none where the system has no room to reserve.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let map = MmapOptions::new().len(length).no_reserve_swap().map_anon().ok();
        #[cfg(target_os = "linux")]
        if let Some(map) = &map {
            // Only a wish: without huge pages the memory is slower, and the same.
            let _ = map.advise_range(
                memmap2::Advice::HugePage,
                SMALL_PAGES,
                length.saturating_sub(SMALL_PAGES),
            );
        }
        Self(map)
    }
}

impl std::ops::Deref for LazyMemory {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl std::ops::DerefMut for LazyMemory {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.0.as_deref_mut().unwrap_or_default()
    }
}

/// A number at the start of a file, shared with every process that maps the file.
#[derive(Debug)]
pub struct SharedNumber(MmapRaw);

impl SharedNumber {
    /// Bytes that the file must have.
    pub const LENGTH: u64 = 8;

    /// Maps the number of a file that is open for writing, and at least [`SharedNumber::LENGTH`] bytes long.
    ///
    /// # Errors
    ///
    /// What the operating system says: a file that cannot be mapped.
    pub fn new(file: &File) -> io::Result<Self> {
        MmapOptions::new().len(8).map_raw(file).map(Self)
    }

    /// The number now.
    pub fn load(&self) -> u64 {
        self.number().load(Ordering::Acquire)
    }

    /// Adds one.
    pub fn add_one(&self) {
        self.number().fetch_add(1, Ordering::AcqRel);
    }

    /// Where it lies: eight bytes, as long as `self` lives.
    pub fn as_ptr(&self) -> *const u64 {
        self.0.as_ptr().cast()
    }

    fn number(&self) -> &AtomicU64 {
        // SAFETY: the mapping is page-aligned, 8 bytes long and lives as long as `self`; all processes only ever use
        // these bytes as one atomic number. Only someone who truncates the file by hand can make an access fail.
        unsafe { AtomicU64::from_ptr(self.0.as_mut_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn writing_into_a_mapping_leaves_the_file_alone() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&[5; 8192]).unwrap();
        let mut mapping = Mapping::new(file.as_file(), 8192).unwrap();
        mapping.map[0] = 9;
        assert_eq!(std::fs::read(file.path()).unwrap(), vec![5; 8192]);
        assert_eq!(mapping.as_bytes()[0], 9);
    }
}
