//! Many calls looked up at once: what was found, as bytes. Objects made through Node-API would take most of the time.
//!
//! ```text
//! bytes   0..8    0, or the answer that says why there is no entry (f64, like all numbers here)
//! bytes   8..48   of an entry: created, accessed (milliseconds since the epoch), duration (milliseconds), bytes, hits
//! bytes  48..80   call key
//! bytes  80..112  arguments digest
//! bytes 112..144  of an entry: digest of the value
//! bytes 144..152  of an entry: bytes that the value takes in the store (f64)
//! bytes 152..160  of an entry: compression of its structure (0 none, 1 LZ4, 2 zstd), whether a buffer is compressed, whether
//!                 it refers to what lies elsewhere; five bytes of nothing
//! ```

use engram_core::digest::Digest;
use engram_core::engine::{EntryInfo, Function, Heir, MissReason};
use engram_core::error::Error;
use engram_core::hash;

use crate::entry::number;
use crate::recall::{Calls, answer_miss};

type LookedUp = Result<EntryInfo, MissReason>;

/// A call that is looked up.
pub struct Call {
    key: Digest,
    inputs: Digest,
}

/// The calls whose canonical arguments lie one after the other in `payload`.
pub fn calls(function: &Function, payload: &[u8], ends: &[u32]) -> Vec<Call> {
    let mut start = 0;
    let call = |end: &u32| {
        let end = (*end as usize).clamp(start, payload.len());
        let arguments = &payload[start..end];
        start = end;
        Call { key: function.call_key(arguments), inputs: hash::digest(arguments) }
    };
    ends.iter().map(call).collect()
}

/// Looks them up.
pub fn look(calls: &Calls, sought: &[Call]) -> Result<Vec<u8>, Error> {
    let look = |keys: &[Digest]| calls.store.lookup_many(&calls.function, keys);
    let keys: Vec<Digest> = sought.iter().map(|call| call.key).collect();
    let mut found = look(&keys)?;
    // What the code has adopted for them is theirs.
    for (call, found) in sought.iter().zip(&mut found) {
        let heir = Heir { function: *calls.function.prefix(), key: call.key, inputs: call.inputs };
        if *found == Err(MissReason::Absent) && calls.store.take_over(heir).unwrap_or(false) {
            *found = look(&[call.key])?.pop().unwrap_or(Err(MissReason::Absent));
        }
    }
    Ok(sought.iter().zip(&found).flat_map(|(call, found)| record(call, found)).collect())
}

fn record(call: &Call, found: &LookedUp) -> [u8; 160] {
    let mut record = [0; 160];
    let numbers = match found {
        Err(reason) => [f64::from(answer_miss(*reason)), 0.0, 0.0, 0.0, 0.0, 0.0],
        Ok(info) => [
            0.0,
            info.created_at,
            info.accessed_at,
            info.duration_ms,
            number(info.byte_length),
            number(info.hits),
        ],
    };
    for (place, number) in record.chunks_exact_mut(8).zip(numbers) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    record[48..80].copy_from_slice(call.key.as_bytes());
    record[80..112].copy_from_slice(call.inputs.as_bytes());
    if let Ok(info) = found {
        if let Some(digest) = &info.output {
            record[112..144].copy_from_slice(digest.as_bytes());
        }
        record[144..152].copy_from_slice(&number(info.stored_length).to_le_bytes());
        record[152] = info.compression as u8;
        record[153] = u8::from(info.is_packed);
        record[154] = u8::from(info.has_references);
    }
    record
}
