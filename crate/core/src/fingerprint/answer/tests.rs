use proptest::prelude::*;

use super::super::{Use, free_variables, read};

/// What becomes of the answers of each path of `log` that is called: `d`ropped, `r`eturned or
/// `u`sed, by the worst of its calls.
fn answers(text: &str) -> String {
    let free = free_variables(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let log = free.iter().find(|one| one.name == "log");
    let paths = log.into_iter().flat_map(|one| &one.paths);
    let called = paths.filter(|one| one.uses.contains(Use::Called));
    let told = called.map(|one| match () {
        () if one.uses.contains(Use::Answered) => 'u',
        () if one.uses.contains(Use::Returned) => 'r',
        () => 'd',
    });
    told.collect()
}

fn assert_each(expected: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(answers(text), expected, "{text}");
    }
}

#[test]
fn statements_drop_what_calls_give() {
    assert_each(
        "d",
        &[
            "x => { log.info(x) }",
            "x => { log(x) }",
            "async () => { await log.flush() }",
            "() => { void log.info(1) }",
            "() => void log.info(1)",
            "() => (log.info(1), 2)",
            "v => { v && log.info(1); v || log.info(2); v ?? log.info(3) }",
            "v => { v ? log.info(1) : log.info(2) }",
            "v => { if (v) log.info(1); else log.info(2) }",
            "() => { for (log.info(1); ; log.info(2)) ; }",
            "() => { log?.info?.(1) }",
            "() => { log.child.deep.info(1) }",
            "() => { log.with({ a: 1 }).info(1) }",
            "() => { log('ns')('%s', 1) }",
            "async () => { try { f() } finally { await log.end() } }",
            "rows => { log.info({ ids: rows.map(row => row.id), of: new Set(rows) }, ...rows) }",
        ],
    );
}

#[test]
fn answers_that_are_looked_at_are_used() {
    assert_each(
        "u",
        &[
            "() => { if (log.isDebug()) f() }",
            "() => { const x = log.info(1); return x }",
            "() => { let x; x = log.info(1) }",
            "() => f(log.info(1))",
            "() => [log.info(1)]",
            "() => log.info(1) + 1",
            "() => log.info(1).value",
            "() => { log.info(1) && f() }",
            "() => { log.info(1) ? 1 : 2 }",
            "() => { for (; log.more();) ; }",
            "() => { for (const x of log.rows()) ; }",
            "() => { throw log.error(1) }",
            "() => { new log.Info(1) }",
            "() => { log.info`a` }",
            "function* f() { yield log.info(1) }",
            "function* f() { return log.info(1) }",
            "() => { log.info(1); return { x: log.info(2) } }",
            "rows => rows.map(row => log.info(row))",
            "() => function () { return log.info(1) }",
            "class A { f() { return log.info(1) } }",
        ],
    );
}

/// A lock, a pool or a transaction calls what it is given.
#[test]
fn code_that_is_handed_over_may_bring_an_answer_back() {
    assert_each(
        "u",
        &[
            "() => { let r; log.run(() => { r = 1 }); return r }",
            "() => { log.run(function () {}) }",
            "() => { log.run({ done() {} }) }",
            "() => { log.run([() => 1]) }",
            "() => { const out = () => 1; log.run(out) }",
            "() => { log.run(done); function done() {} }",
            "async () => { await log.run().then(() => { r = 1 }) }",
        ],
    );
}

#[test]
fn a_variable_that_is_only_told_something_hands_on_no_answer() {
    assert_each(
        "d",
        &[
            "() => { const one = log.child({ a: 1 }); one.info(1); one.deep.warn(2) }",
            "() => { const end = log.startTimer(); f(); end() }",
            "() => { const span = log.startSpan('f'); try { f() } finally { span.end() } }",
            "() => { const bar = log.start(); bar.text = 'f'; bar.stop() }",
            "() => { const a = log.child(), b = a.child(); b.info(1) }",
            "() => { const one = log.child(); return x => { one.info(x) } }",
        ],
    );
    assert_each(
        "u",
        &[
            "() => { const one = log.child(); f(one) }",
            "() => { const one = log.child(); if (one.enabled) f() }",
            "() => { let one = log.child(); one.info(1); one = 2 }",
            "() => { const { info } = log.child(); info(1) }",
            "() => { const a = log.a(), b = a.b(), c = b.c(), d = c.d(), e = d.e(); e.info(1) }",
        ],
    );
}

#[test]
fn what_a_function_gives_back_may_be_dropped_by_its_caller() {
    assert_each(
        "r",
        &[
            "x => log.info(x)",
            "async x => log.info(x)",
            "function f(x) { if (x) return log.info(x); g() }",
            "f(x) { return log.info(x) }",
            "() => { log.info(1); return log.info(2) }",
        ],
    );
}

#[test]
fn callers_that_forget_drop_what_arrows_give() {
    assert_each(
        "d",
        &[
            "rows => { rows.forEach(row => log.info(row)) }",
            "async p => { await p.catch(error => log.error(error)) }",
            "() => f().finally(() => log.info(1))",
            "() => { setTimeout(() => log.flush(), 10) }",
        ],
    );
    assert_each(
        "u",
        &["async p => { const x = await p.catch(error => log.error(error)); return x }"],
    );
}

#[test]
fn functions_that_may_answer_otherwise_say_so() {
    let has = |text: &str, name: &str| {
        read(text).unwrap().features.iter().any(|one| format!("{one:?}") == name)
    };
    assert!(has("x => { throw x }", "Throws"));
    assert!(!has("x => x", "Throws"));
    for text in ["x => { x.seen = 1 }", "({ rows }) => { rows.push(1) }", "(...x) => x.pop()"] {
        assert!(has(text, "ChangesArguments"), "{text}");
    }
    for text in ["x => { lines.push(x) }", "x => { x = 1 }", "x => { const y = []; y.push(x) }"] {
        assert!(!has(text, "ChangesArguments"), "{text}");
    }
}

proptest! {
    /// However often the value is handed on unlooked at, what becomes of it stays.
    #[test]
    fn what_hands_on_a_value_changes_nothing(
        wraps in prop::collection::vec(0..6_usize, 0..12),
        is_dropped in any::<bool>(),
    ) {
        let around = ["(@)", "await @", "(0, @)", "(a && @)", "(a ? @ : 0)", "(a ?? @)"];
        let call = wraps.iter().fold("log.info(1)".to_owned(), |call, wrap| {
            around[*wrap].replace('@', &call)
        });
        let statement = if is_dropped { call } else { format!("f({call})") };
        let expected = if is_dropped { "d" } else { "u" };
        prop_assert_eq!(answers(&format!("async a => {{ 0, {statement} }}")), expected);
    }
}
