//! What is asked of a store, one file an operation: how it runs where the store is open, how it travels to the owner
//! and back, and what callers see of it. A new one is one file, and one line in [`table`].

pub mod accesses;
pub mod acquire;
pub mod adopt;
pub mod all_statistics;
pub mod clear;
pub mod clear_function;
pub mod commit;
pub mod contract;
pub mod damaged;
pub mod drop_records;
pub mod entries_after;
pub mod explain;
pub mod forget;
pub mod forget_keys;
pub mod function_totals;
pub mod info;
pub mod list;
mod load;
mod lookup;
pub mod lookup_many;
pub mod note_statistics;
pub mod orphans;
pub mod promised;
pub mod recall;
pub mod record_parts;
pub mod records;
pub mod reduce;
pub mod release;
mod removal;
pub mod store_totals;
pub mod table;
pub mod take_over;
pub mod totals_by_name;
pub mod verified;
pub mod write_records;
