use super::super::normalise;
use super::*;

const NAME: &str = "cov_1f3k";
const UNKNOWN: u32 = u32::MAX;

/// What is left of `text`, which was instrumented as `coverage` says.
fn left(text: &str, coverage: &Coverage<'_>) -> String {
    normalise(&without_counters(text, coverage).unwrap()).unwrap()
}

fn nothing_known() -> Coverage<'static> {
    Coverage { name: NAME, statements: &[], functions: &[], branches: &[] }
}

#[test]
fn counters_go_wherever_they_stand() {
    let text = "function f(a = (cov_1f3k().b[0][0]++, 1)) {
        cov_1f3k().f[0]++; cov_1f3k().s[0]++;
        const b = (cov_1f3k().s[1]++, a ? (cov_1f3k().b[1][0]++, 2) : (cov_1f3k().b[1][1]++, (g(), 3)));
        switch ((cov_1f3k().b[2][0]++, a) || (cov_1f3k().b[2][1]++, b)) { case 1: cov_1f3k().b[3][0]++; return b }
    }";
    let plain =
        "function f(a = 1) { const b = a ? 2 : (g(), 3); switch (a || b) { case 1: return b } }";
    assert_eq!(left(text, &nothing_known()), normalise(plain).unwrap());
}

#[test]
fn what_only_looks_like_a_counter_stays() {
    let texts = [
        "() => { other().s[0]++ }",
        "() => { cov_1f3k(1).s[0]++ }",
        "() => { cov_1f3k.s[0]++ }",
        "() => { cov_1f3k().s[0]-- }",
        "() => { ++cov_1f3k().s[0] }",
        "() => { cov_1f3k().s[0] += 1 }",
        "() => { cov_1f3k().s[a]++ }",
        "() => { cov_1f3k().s[0.5]++ }",
        "() => { cov_1f3k().x[0]++ }",
        "() => { cov_1f3k().s[0][0]++ }",
        "() => { return cov_1f3k().s[0]++ }",
    ];
    for text in texts {
        assert_eq!(left(text, &nothing_known()), normalise(text).unwrap(), "{text}");
    }
}

#[test]
fn an_arrow_that_was_written_without_a_return_has_none() {
    let text = "x => { cov_1f3k().f[0]++; cov_1f3k().s[0]++; return x }";
    // `x => x`
    let bare = Coverage { statements: &[1, 5, 1, 6], functions: &[1, 5, 1, 6], ..nothing_known() };
    assert_eq!(left(text, &bare), "x=>x");
    // `x => { return x }`
    let block =
        Coverage { statements: &[1, 7, 1, 15], functions: &[1, 5, 1, 17], ..nothing_known() };
    assert_eq!(left(text, &block), normalise("x => { return x }").unwrap());
}

#[test]
fn braces_stay_where_they_were_written() {
    let text =
        "() => { cov_1f3k().f[0]++; cov_1f3k().s[0]++; for (;;) { cov_1f3k().s[1]++; f() } }";
    let with_end = |end| [1, 8, 1, end, 1, 17, 1, 20];
    // `() => { for (;;) f() }`
    let places = with_end(20);
    let bare = Coverage { statements: &places, ..nothing_known() };
    assert_eq!(left(text, &bare), normalise("() => { for (;;) f() }").unwrap());
    // `() => { for (;;) {f() }`
    let places = with_end(22);
    let braced = Coverage { statements: &places, ..nothing_known() };
    assert_eq!(left(text, &braced), normalise("() => { for (;;) { f() } }").unwrap());
}

#[test]
fn a_declaration_keeps_its_block() {
    let text = "() => { cov_1f3k().s[0]++; for (;;) { cov_1f3k().s[1]++; let a } }";
    let coverage = Coverage { statements: &[1, 8, 1, 20, 1, 17, 1, 20], ..nothing_known() };
    assert_eq!(left(text, &coverage), normalise("() => { for (;;) { let a } }").unwrap());
}

#[test]
fn an_else_that_nobody_wrote_goes() {
    let text = "() => { cov_1f3k().s[0]++; if (a) { cov_1f3k().b[0][0]++; cov_1f3k().s[1]++; f() } else { cov_1f3k().b[0][1]++ } }";
    // `() => { if (a) f() }`
    let coverage = Coverage {
        statements: &[1, 8, 1, 18, 1, 15, 1, 18],
        branches: &[1, 8, 1, 18, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN],
        ..nothing_known()
    };
    assert_eq!(left(text, &coverage), normalise("() => { if (a) f() }").unwrap());
    // `() => { if (a) f(); else {} }`
    let coverage = Coverage {
        statements: &[1, 8, 1, 27, 1, 15, 1, 19],
        branches: &[1, 8, 1, 27, 1, 25, 1, 27],
        ..nothing_known()
    };
    assert_eq!(left(text, &coverage), normalise("() => { if (a) f(); else {} }").unwrap());
}
