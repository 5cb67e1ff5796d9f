//! The bytes that processes exchange, as version 7 of the protocol has them. Whoever changes one raises `PROTOCOL`.

use std::time::Duration;

use super::peer::{pair, write_all};
use crate::error::Error;
use crate::sharing::connection::{Connection, read};
use crate::sharing::greeting::{Hello, PROTOCOL, Purpose, Welcome};
use crate::sharing::note::{Note, Told};
use crate::sharing::operation::acquire::Acquire;
use crate::sharing::operation::adopt::Adopt;
use crate::sharing::operation::all_statistics::AllStatistics;
use crate::sharing::operation::all_totals::AllTotals;
use crate::sharing::operation::commit::Commit;
use crate::sharing::operation::compare::Compare;
use crate::sharing::operation::contract::{Answer, Operation, send_failure};
use crate::sharing::operation::damaged::Damaged;
use crate::sharing::operation::details::Details;
use crate::sharing::operation::entries_after::EntriesAfter;
use crate::sharing::operation::explain::Explain;
use crate::sharing::operation::find::Find;
use crate::sharing::operation::forget::Forget;
use crate::sharing::operation::info::Info;
use crate::sharing::operation::list::List;
use crate::sharing::operation::lookup_many::LookupMany;
use crate::sharing::operation::orphans::Orphans;
use crate::sharing::operation::page::Page;
use crate::sharing::operation::recall::Recall;
use crate::sharing::operation::record_parts::RecordParts;
use crate::sharing::operation::records::Records;
use crate::sharing::operation::reduce::Reduce;
use crate::sharing::operation::release::Release;
use crate::sharing::operation::store_totals::StoreTotals;
use crate::sharing::operation::table::reencoded;
use crate::sharing::operation::take_over::TakeOver;
use crate::sharing::operation::totals_by_name::TotalsByName;

const LONG: Duration = Duration::from_secs(20);

/// Of each operation at least one, in the order of their numbers.
const QUESTIONS: [&str; 40] = [
    "000102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa01ac02",
    "000102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa00",
    "01aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac02",
    "02aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0302",
    "03aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa03",
    "040102030405060708090a0b0c0d0e0f1011121314151617180361236601013200000101bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb057061727473aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa056672616d650103302d31bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbf0a204f1a20401000500",
    "050102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "0602aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "070102030405060708090a0b0c0d0e0f101112131415161718",
    "08",
    "090000000080842e410000000000002440000000000000f07f0000000000001640",
    "0a0102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "0b0361236601013200000101bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb057061727473aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0461726773",
    "0c00",
    "0c0101",
    "0d0102030405060708090a0b0c0d0e0f101112131415161718",
    "0e",
    "0f",
    "1001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac020000000000001e40",
    "1101aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa03726f77",
    "120102030405060708090a0b0c0d0e0f1011121314151617180361236601013200000101bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb057061727473",
    "130102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "140102030405060708090a0b0c0d0e0f10111213141516171801aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "1500",
    "15010102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "16010102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa01",
    "1701bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb00",
    "1801016601020300000000000000f83fac020000000000000040",
    "19",
    "1a020372756e0166ac0201610003726f770372756e0166ac0201610101700064",
    "1b0372756e010166000a",
    "1c0372756e0166ac020161",
    "1d0372756e00010161",
    "1e0361623105",
    "1f0102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "200102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa00",
    "210000",
    "21010102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa00",
    "2100010161",
    "22",
];

const NOTES: [&str; 5] = [
    "00aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac0201",
    "01",
    "02aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa03ac0201bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb01",
    "03aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa03ac02",
    "04",
];

const TOLD: [&str; 2] =
    ["00aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa03ac0202", "01"];

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

#[test]
fn questions_have_their_bytes() {
    for question in QUESTIONS.map(bytes) {
        assert_eq!(reencoded(&question).unwrap(), question);
    }
    let numbers: Vec<_> = QUESTIONS.iter().map(|question| bytes(question)[0]).collect();
    let several = [(0, 2), (12, 2), (21, 2), (33, 3)];
    let times =
        |number| several.iter().find(|(one, _)| *one == number).map_or(1, |(_, times)| *times);
    let all = (0..35).flat_map(|number| vec![number; times(number)]);
    assert!(numbers.iter().copied().eq(all));
}

#[test]
fn what_is_said_on_control_connections_has_its_bytes() {
    for note in NOTES.map(bytes) {
        assert_eq!(postcard::to_stdvec(&read::<Note>(&note).unwrap()).unwrap(), note);
    }
    for told in TOLD.map(bytes) {
        assert_eq!(postcard::to_stdvec(&read::<Told>(&told).unwrap()).unwrap(), told);
    }
}

/// A message as it comes over a connection.
fn message(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat()
}

/// The client reads these messages as one answer, which an owner sends in these messages.
fn assert_answer<O: Operation>(messages: &[&str]) {
    let messages: Vec<_> = messages.iter().map(|one| bytes(one)).collect();
    let (here, there) = pair();
    for bytes in &messages {
        write_all(&there, &message(bytes));
    }
    let mut connection = Connection::new(here);
    let answer = O::Answer::receive(&mut connection.reader, LONG).unwrap().unwrap();
    let (here, there) = pair();
    answer.send(&mut Connection::new(there).writer).unwrap().unwrap();
    let mut connection = Connection::new(here);
    for bytes in &messages {
        assert_eq!(connection.reader.receive_message(Some(LONG)).unwrap(), bytes);
    }
}

#[test]
fn answers_have_their_bytes() {
    assert_answer::<Recall>(&["0003726f77"]);
    assert_answer::<Recall>(&["0101"]);
    assert_answer::<Acquire>(&["0100"]);
    assert_answer::<Commit<'_>>(&["0201"]);
    assert_answer::<Forget>(&["03ac02"]);
    assert_answer::<Reduce>(&["0401ac02"]);
    assert_answer::<Info>(&[
        "0501aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa010361236601013200000101bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb000000000000f83f00000000000004400000000000000c40ac020401cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc0100ac020200",
    ]);
    assert_answer::<Info>(&["0500"]);
    assert_answer::<Explain<'_>>(&["06010104016601013100"]);
    assert_answer::<StoreTotals>(&["0901ac0202f0a204"]);
    assert_answer::<Release>(&["0a"]);
    assert_answer::<List>(&[
        "0701aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa010361236601013200000101bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb000000000000f83f00000000000004400000000000000c40ac020401cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc0101ac020101",
        "0700",
    ]);
    assert_answer::<Adopt<'_>>(&["0cac02"]);
    assert_answer::<TakeOver>(&["0d00"]);
    assert_answer::<TakeOver>(&["0d01"]);
    assert_answer::<TakeOver>(&["0d02"]);
    assert_answer::<LookupMany>(&[
        "0e0200aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa00bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb000000000000f83f00000000000004400000000000000c40ac020401cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc0100ac0200000100",
        "0e00",
    ]);
    assert_answer::<EntriesAfter>(&[
        "0f010102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa03726f77",
    ]);
    assert_answer::<EntriesAfter>(&["0f00"]);
    assert_answer::<Damaged>(&[
        "1001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa03",
        "1000",
    ]);
    assert_answer::<Orphans>(&[
        "1101bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "1100",
    ]);
    assert_answer::<AllStatistics>(&[
        "1201016601020300000000000000f83fac020000000000000040",
        "1200",
    ]);
    assert_answer::<Records>(&["13010372756e0166ac02016103726f77", "1300"]);
    assert_answer::<RecordParts>(&["1401017003726f77", "1400"]);
    assert_answer::<Find<'_>>(&[
        "15010102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]);
    assert_answer::<Details>(&[
        "1601aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa010361236601013200000101bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb000000000000f83f00000000000004400000000000000c40ac020401cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc0100ac020200ac02010801300102030405060708013100",
    ]);
    assert_answer::<Details>(&["1600"]);
    assert_answer::<Compare>(&[
        "1701aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa01080130010131010132",
    ]);
    assert_answer::<Compare>(&["1700"]);
    assert_answer::<Page<'_>>(&[
        "1801aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa010361236601013200000101bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb000000000000f83f00000000000004400000000000000c40ac020401cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc0100ac020200010102030405060708090a0b0c0d0e0f101112131415161718aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]);
    assert_answer::<AllTotals>(&["19020001ac0202f0a20401016601ac0202f0a204", "1900"]);
    assert_answer::<TotalsByName>(&["0801016601ac0202f0a204", "0800"]);
}

#[test]
fn a_failure_has_its_bytes() {
    let (here, there) = pair();
    let error = Error::Owner { code: "ERR_CLOSED", message: "closed".to_owned() };
    send_failure(&error, &mut Connection::new(there).writer).unwrap();
    let mut reader = Connection::new(here).reader;
    assert_eq!(reader.receive_message(Some(LONG)).unwrap(), bytes("0b0206636c6f736564"));
}

#[test]
fn greetings_have_their_bytes() {
    let hello = Hello { purpose: Purpose::Control, protocol: PROTOCOL, session: 7 };
    assert_eq!(hello.encode(), *b"engram\0\x01\x07\0\0\0\x07\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let welcome = Welcome { is_welcome: true, protocol: PROTOCOL };
    assert_eq!(welcome.encode(), *b"engram\0\x01\x07\0\0\0");
}
