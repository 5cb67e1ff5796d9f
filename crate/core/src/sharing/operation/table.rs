//! All operations, by the number that opens their messages.

use serde::Deserialize;

use super::accesses::Accesses;
use super::acquire::Acquire;
use super::adopt::Adopt;
use super::all_statistics::AllStatistics;
use super::all_totals::AllTotals;
use super::clear::Clear;
use super::clear_function::ClearFunction;
use super::commit::Commit;
use super::compare::Compare;
use super::contract::{Answer, Numbered, Operation, send_failure};
use super::damaged::Damaged;
use super::details::Details;
use super::drop_records::DropRecords;
use super::entries_after::EntriesAfter;
use super::explain::Explain;
use super::find::Find;
use super::forget::Forget;
use super::forget_keys::ForgetKeys;
use super::function_totals::FunctionTotals;
use super::info::Info;
use super::list::List;
use super::lookup_many::LookupMany;
use super::note_statistics::NoteStatistics;
use super::orphans::Orphans;
use super::page::Page;
use super::promised::Promised;
use super::recall::Recall;
use super::record_parts::RecordParts;
use super::records::Records;
use super::reduce::Reduce;
use super::release::Release;
use super::store_totals::StoreTotals;
use super::take_over::TakeOver;
use super::totals_by_name::TotalsByName;
use super::verified::Verified;
use super::write_records::WriteRecords;
use crate::error::Error;
use crate::sharing::asker::Asker;
use crate::sharing::connection::{Broken, Writer, read};

macro_rules! operations {
    ($($number:literal => $operation:ty,)*) => {
        $(impl Numbered for $operation {
            const NUMBER: u32 = $number;
        })*

        /// Runs the operation that a client's message asks for, and sends it the answer.
        ///
        /// # Errors
        ///
        /// [`Broken`]: the connection is over.
        pub fn answer(message: &[u8], asker: &Asker<'_>, writer: &mut Writer) -> Result<(), Broken> {
            let (number, fields) =
                postcard::take_from_bytes::<u32>(message).map_err(|_| Broken::Malformed)?;
            match number {
                $($number => run::<$operation>(fields, asker, writer),)*
                _ => Err(Broken::Malformed),
            }
        }

        /// A message that was read, and is written again.
        #[cfg(test)]
        pub fn reencoded(message: &[u8]) -> Option<Vec<u8>> {
            let (number, fields) = postcard::take_from_bytes::<u32>(message).ok()?;
            match number {
                $($number => {
                    let operation = read::<$operation>(fields).ok()?;
                    postcard::to_stdvec(&(number, operation)).ok()
                })*
                _ => None,
            }
        }
    };
}

// Numbers stay as they are. A new operation gets the next one, and its answer one from 14 on if it is of a new kind.
operations! {
    0 => Recall,
    1 => Acquire,
    2 => Release,
    3 => Promised,
    4 => Commit<'_>,
    5 => Forget,
    6 => ForgetKeys,
    7 => ClearFunction,
    8 => Clear,
    9 => Reduce,
    10 => Info,
    11 => Explain<'_>,
    12 => List,
    13 => FunctionTotals,
    14 => StoreTotals,
    15 => TotalsByName,
    16 => Accesses<'_>,
    17 => Verified<'_>,
    18 => Adopt<'_>,
    19 => TakeOver,
    20 => LookupMany,
    21 => EntriesAfter,
    22 => Damaged,
    23 => Orphans,
    24 => NoteStatistics<'_>,
    25 => AllStatistics,
    26 => WriteRecords<'_>,
    27 => Records,
    28 => RecordParts,
    29 => DropRecords,
    30 => Find<'_>,
    31 => Details,
    32 => Compare,
    33 => Page<'_>,
    34 => AllTotals,
}

fn run<'a, O: Operation + Deserialize<'a>>(
    fields: &'a [u8],
    asker: &Asker<'_>,
    writer: &mut Writer,
) -> Result<(), Broken> {
    let outcome = match read::<O>(fields)?.run(asker) {
        Ok(answer) => answer.send(writer)?,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(()),
        // An owner that is one no longer says nothing: its clients ask the next one.
        Err(Error::Closed) => Err(Broken::Ended),
        Err(Error::Lost(_)) => {
            asker.owner.lose();
            Err(Broken::Ended)
        }
        Err(error) => send_failure(&error, writer),
    }
}
