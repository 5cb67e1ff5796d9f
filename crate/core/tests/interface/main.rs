//! What needs only the public interface: one program, as each program of tests is linked with all of RocksDB.

mod adoption;
mod damaged_entries;
mod details;
mod directory;
mod engine;
mod explain;
#[path = "../fixture/mod.rs"]
mod fixture;
mod limits;
mod records;
mod two_processes;
mod vectors;
