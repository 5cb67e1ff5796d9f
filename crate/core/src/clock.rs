//! Time as the core sees it: milliseconds that callers hand in, and which boot of the machine this is.

use std::sync::LazyLock;

/// Milliseconds since the Unix epoch. The JavaScript side hands them in, so that a test's clock reaches everywhere.
pub type Timestamp = f64;

/// Names the machine's current boot, never 0; 0 in a record says "known to be on the disk".
///
/// Files written since the boot are whole as long as the machine runs: only a power cut tears what was not synced.
#[must_use]
pub fn boot() -> u64 {
    static BOOT: LazyLock<u64> = LazyLock::new(read_boot);
    *BOOT
}

#[cfg(target_os = "linux")]
fn read_boot() -> u64 {
    std::fs::read("/proc/sys/kernel/random/boot_id").map_or(1, |id| name_of(&id))
}

#[cfg(not(target_os = "linux"))]
fn read_boot() -> u64 {
    1
}

#[cfg(target_os = "linux")]
fn name_of(id: &[u8]) -> u64 {
    let hash = blake3::hash(id);
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(bytes) | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boot_has_one_name_that_is_not_zero() {
        assert_ne!(boot(), 0);
        assert_eq!(boot(), read_boot());
    }
}
