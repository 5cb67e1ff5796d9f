//! How far a long operation is, for who watches the terminal.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Long operations tell of as many bytes at a time: seldom enough to cost nothing.
pub const STEP: usize = 64 << 20;
/// What takes less time needs no words.
const PATIENCE: Duration = Duration::from_secs(1);
const REFRESHED_EVERY: Duration = Duration::from_millis(200);

/// Bytes that operations of this process have gone through. Of one at a time, as a rule: who waits is one user.
static GONE_THROUGH: AtomicU64 = AtomicU64::new(0);

/// Notes that an operation has gone through so many bytes more.
pub fn advance(bytes: usize) {
    GONE_THROUGH.fetch_add(bytes as u64, Ordering::Relaxed);
}

/// The bytes in steps, each of which is noted when it begins.
pub fn steps(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.chunks(STEP).inspect(|step| advance(step.len()))
}

/// An operation that may take long.
#[derive(Debug, Clone, Copy)]
pub struct Task {
    /// What is done, as `hashing`.
    pub what: &'static str,
    /// To how many bytes.
    pub bytes: u64,
    /// How often it goes through them.
    pub passes: u64,
}

/// Runs an operation. While it takes long, one line on `out` says how far it is; nothing of it is left.
pub fn showing<T>(task: Task, out: impl Write + Send, operation: impl FnOnce() -> T) -> T {
    showing_after(PATIENCE, task, out, operation)
}

fn showing_after<T>(
    patience: Duration,
    task: Task,
    out: impl Write + Send,
    operation: impl FnOnce() -> T,
) -> T {
    let (ended, end) = mpsc::channel::<()>();
    let before = GONE_THROUGH.load(Ordering::Relaxed);
    thread::scope(|scope| {
        let watch = move || watch(patience, task, before, out, &end);
        // Without a thread there is no line, and the operation runs all the same.
        let _ =
            thread::Builder::new().name("engram-progress".to_owned()).spawn_scoped(scope, watch);
        let outcome = operation();
        drop(ended);
        outcome
    })
}

fn watch(patience: Duration, task: Task, before: u64, mut out: impl Write, end: &Receiver<()>) {
    let mut wait = patience;
    let mut is_shown = false;
    while end.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        let done = GONE_THROUGH.load(Ordering::Relaxed).saturating_sub(before);
        // A terminal that is gone is nobody's loss.
        let _ = write!(out, "\r{}\x1b[K", line(task, done)).and_then(|()| out.flush());
        wait = REFRESHED_EVERY;
        is_shown = true;
    }
    if is_shown {
        let _ = write!(out, "\r\x1b[K").and_then(|()| out.flush());
    }
}

fn line(Task { what, bytes, passes }: Task, done: u64) -> String {
    let whole = bytes.saturating_mul(passes).max(1);
    let percent = done.saturating_mul(100).checked_div(whole).unwrap_or_default().min(99);
    format!("engram: {what} {}, {percent} %", size(bytes))
}

fn size(bytes: u64) -> String {
    let (unit, name) =
        if bytes < 1_000_000_000 { (1_000_000, "MB") } else { (1_000_000_000, "GB") };
    format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASK: Task = Task { what: "hashing", bytes: 2_500_000_000, passes: 2 };

    fn shown(patience: Duration, operation: impl FnOnce()) -> String {
        let mut out = Vec::new();
        showing_after(patience, TASK, &mut out, operation);
        String::from_utf8(out).unwrap_or_default()
    }

    #[test]
    fn a_long_operation_says_how_far_it_is_and_leaves_nothing() {
        let text = shown(Duration::ZERO, || {
            advance(1_250_000_000);
            thread::sleep(3 * REFRESHED_EVERY);
        });
        assert!(text.contains("\rengram: hashing 2.5 GB, 25 %\x1b[K"), "{text:?}");
        assert!(text.ends_with("\r\x1b[K"), "{text:?}");
    }

    #[test]
    fn a_short_operation_says_nothing() {
        assert_eq!(shown(Duration::from_hours(1), || ()), "");
    }

    #[test]
    fn what_is_not_over_is_never_said_to_be() {
        assert_eq!(line(TASK, u64::MAX), "engram: hashing 2.5 GB, 99 %");
        assert_eq!(line(Task { bytes: 0, ..TASK }, 0), "engram: hashing 0.0 MB, 0 %");
    }
}
